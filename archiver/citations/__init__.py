"""From an article to the list of what it cites."""

from archiver.citations.find import find_citations, find_citations_in_text
from archiver.citations.load import LoadedArticle, load_article, loaded_page
from archiver.citations.published import published_date
from archiver.citations.urls import normalise_url

__all__ = [
    "LoadedArticle",
    "find_citations",
    "find_citations_in_text",
    "load_article",
    "loaded_page",
    "normalise_url",
    "published_date",
]
