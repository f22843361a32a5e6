"""Verdicts: what the bytes of a capture say about it, by rules that are data."""
