"""Showing pictures in the terminal so that nobody sees more than they choose to."""
