"""The command line: one file a verb, output and exit codes."""
