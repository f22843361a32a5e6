"""From an article to preserved bytes: citations, recorder, clients, verdicts."""
