"""What the command line and the TUI both call; no output of their own."""
