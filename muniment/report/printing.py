"""The report on paper: all of it on one page, whose links lead within it.

1. No address of a file stands in it: what is printed is handed on without the folder it was made in.
2. It is bounded: what is left out is counted, and stands in the pages.
"""

from muniment.report.marking import marked_pages
from muniment.report.site import Site

MAX_PRINTED = 300             # exhibits, citations and claims each: some thousand sheets
MAX_ARTICLE_PAGES = 10        # of one article's text, 60,000 characters each


def printed_values(site: Site) -> dict[str, object]:
    """What is printed after the index, the exhibits apart. From here on the site's links lead within the page."""
    dossier, t = site.dossier, site.edition.messages
    site.printing = True
    site.printed = frozenset(one.item.id for one in dossier.exhibits[:MAX_PRINTED])
    cited, claimed = dossier.cited[:MAX_PRINTED], dossier.claims[:MAX_PRINTED]
    site.citations = {thing.id: "" for thing in cited}
    site.claims = {claim.id: "" for claim in claimed}
    articles = []
    for exhibit in (one for one in dossier.exhibits if one.included and one.item.id in dossier.article_items):
        url = dossier.article_items[exhibit.item.id]
        texts = marked_pages(site.edition.material.paragraphs(exhibit.item),
                             [thing for thing in cited if thing.article_url == url])
        articles += [(url or exhibit.item.name, paragraphs) for paragraphs in texts[:MAX_ARTICLE_PAGES]]
    lists = [(t("citation.title"), [site.fill("citation.html.j2", root="", thing=one) for one in cited]),
             (t("claims.title"), [site.fill("claim.html.j2", root="", claim=one) for one in claimed])]
    return {"printed_articles": articles, "printed_lists": lists,
            "printed_more": max(len(dossier.exhibits) - MAX_PRINTED, 0)}
