"""Copies of a page in web archives, dated: which there are, and the one nearest to a day."""
