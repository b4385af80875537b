"""What Discord sends: commands, context menus, messages, buttons, modals."""
