"""One file for each step. A step that was released is never changed: a new one is added, and schema.HEAD with it."""
