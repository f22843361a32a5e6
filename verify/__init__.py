"""What the bytes say: checks, bundle verification. Opens no socket, writes no case."""
