"""From an article to the list of what it cites."""

from archiver.citations.find import find_citations, find_citations_in_text
from archiver.citations.urls import normalise_url

__all__ = ["find_citations", "find_citations_in_text", "normalise_url"]
