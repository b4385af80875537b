"""An answer being given on Discord: who runs it, what is searched, what is pending, what a crash leaves."""
