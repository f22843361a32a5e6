"""Builds the pages of a report, one after the other, so that ten thousand exhibits need no more memory than one."""

from collections.abc import Iterator, Sequence

from evidence_store.bundle import naming
from evidence_store.findings import Outcome
from evidence_store.records import CitationKind, ItemKind, View, ViewKind
from muniment.report import evidence
from muniment.report.dossier import Dossier, Exhibit
from muniment.report.edition import PLAYED, SHOWN, Edition
from muniment.report.marking import marked_pages
from muniment.report.places import drawn_map, place_points
from muniment.report.printing import MAX_PRINTED, printed_values
from muniment.report.site import FOLDER, TIME_ROWS, ListPage, Site, coverage, list_pages
from muniment.report.times import drawn_timeline
from muniment.report.wording import IN_PART, WHOLE

INDEX = "report.html"
PRINTED = "report-print.html"   # all of it in one, for printing
MISSING = FIRST = 100         # named on the index page
CUSTODY = 200                 # events listed of one exhibit
MATRIX = 20                   # rows of the claims matrix on the index page
FINDINGS = 100                # findings listed of one exhibit
OPEN = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE)
SECTIONS = (("summary", "summary.title"), ("missing", "missing.title"), ("first", "first.title"),
            ("article", "articles.title"), ("citations", "citation.title"), ("exhibits", "exhibit.title"),
            ("claims", "claims.matrix"), ("coverage", "coverage.title"), ("map", "map.title"),
            ("timeline", "time.title"), ("disclosure", "disclosure.title"), ("custody", "custody.title"),
            ("replay", "replay.title"), ("verify", "verify.title"), ("limits", "limits.title"),
            ("glossary", "glossary.title"))


def report_files(dossier: Dossier, edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Every file of the report, by its path beside `report.html`; the index comes last."""
    site = Site(dossier=dossier, edition=edition)
    t = edition.messages
    cited = list(list_pages("citations", dossier.cited, lambda one: site.fill("citation.html.j2", root="../",
                                                                              thing=one)))
    site.citations = {thing.id: page.file for page, things in cited for thing in things}
    claimed = list(list_pages("claims", dossier.claims, lambda one: site.fill("claim.html.j2", root="../", claim=one)))
    site.claims = {claim.id: page.file for page, claims in claimed for claim in claims}
    matrix = [page for page, _ in list_pages("matrix", site.matrix,
                                             lambda row: site.fill("matrix-row.html.j2", root="../", row=row))]
    rows = [page for page, _ in list_pages("exhibits", dossier.exhibits, lambda one: site.fill(
        "exhibit-row.html.j2", root="../", exhibit=one))]
    yield from _list(site, [page for page, _ in cited], t("citation.title"))
    yield from _list(site, [page for page, _ in claimed], t("claims.title"), note=t("claims.note"))
    yield from _list(site, matrix, t("claims.matrix"), note=t("claims.matrix_note"))
    yield from _list(site, rows, t("exhibit.title"), head=_exhibit_head(edition))
    articles: list[tuple[str, str]] = []
    for number, exhibit in enumerate(_article_exhibits(dossier), 1):
        pages = list(_article(site, exhibit, number))
        yield from pages
        articles += [(pages[0][0], exhibit.item.url or exhibit.item.name)] if pages else []
    yield from _exhibits(site)
    times = list(_timeline_pages(site))
    yield from times
    yield f"{FOLDER}/replay.html", site.page("replay.html.j2", root="../", title=t("replay.title"), number=1,
                                             number_of_pages=1, previous="", next="")
    lists = {"citation": [page for page, _ in cited], "claim": [page for page, _ in claimed], "matrix": matrix,
             "exhibit": rows}
    after = [path for path, _ in times]
    yield INDEX, site.page("report.html.j2", root="",
                           **_index_values(site, articles=articles, times=after, lists=lists))
    if edition.printed:
        paper = printed_values(site)
        values = _index_values(site, articles=articles, times=after, lists=lists)
        printed = [exhibit_values(site, one) for one in dossier.exhibits if one.item.id in site.printed]
        yield PRINTED, site.page("print.html.j2", root="", printed=printed, **paper, **values)


def _exhibit_head(edition: Edition) -> tuple[str, ...]:
    t = edition.messages
    return (t("exhibit.number"), t("exhibit.kind"), t("exhibit.source"), t("exhibit.obtained"), t("exhibit.findings"))


def _list(site: Site, pages: Sequence[ListPage], title: str, *, note: str = "",
          head: Sequence[str] = ()) -> Iterator[tuple[str, bytes]]:
    for index, page in enumerate(pages):
        yield f"{FOLDER}/{page.file}", site.page(
            "list.html.j2", root="../", title=title, note=note, head=head, rows=page.entries, number=index + 1,
            number_of_pages=len(pages), previous=pages[index - 1].file if index else "",
            next=pages[index + 1].file if index + 1 < len(pages) else "")


def _article_exhibits(dossier: Dossier) -> list[Exhibit]:
    return [exhibit for exhibit in dossier.exhibits if exhibit.included and exhibit.item.id in dossier.article_items]


def _article(site: Site, exhibit: Exhibit, number: int) -> Iterator[tuple[str, bytes]]:
    url = site.dossier.article_items[exhibit.item.id]
    cited = [thing for thing in site.dossier.cited if thing.article_url == url]
    texts = marked_pages(site.edition.material.paragraphs(exhibit.item), cited)
    files = [f"article-{number:02d}-{index + 1:04d}.html" for index in range(len(texts))]
    for index, paragraphs in enumerate(texts):
        yield f"{FOLDER}/{files[index]}", site.page(
            "article.html.j2", root="../", title=site.edition.messages("page.article"), paragraphs=paragraphs,
            article=url or exhibit.item.name, number=index + 1, number_of_pages=len(texts),
            previous=files[index - 1] if index else "", next=files[index + 1] if index + 1 < len(texts) else "")


def _timeline_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    rest = site.times[TIME_ROWS:]
    starts = range(0, len(rest), TIME_ROWS)
    files = [f"timeline-{index + 1:04d}.html" for index in range(len(starts))]
    for index, start in enumerate(starts):
        drawn = drawn_timeline(rest[start:start + TIME_ROWS], TIME_ROWS)
        yield f"{FOLDER}/{files[index]}", site.page(
            "times.html.j2", root="../", title=site.edition.messages("time.title"), drawn=drawn, number=index + 1,
            number_of_pages=len(files), previous=files[index - 1] if index else "",
            next=files[index + 1] if index + 1 < len(files) else "")


def _exhibits(site: Site) -> Iterator[tuple[str, bytes]]:
    exhibits = site.dossier.exhibits
    for index, exhibit in enumerate(exhibits):
        shots = tuple(_screenshots(site, exhibit))
        yield from ((path, data) for path, _, _, data in shots)
        yield f"{FOLDER}/{exhibit.item.id}.html", site.page(
            "exhibit.html.j2", root="../", number=1, number_of_pages=1, **exhibit_values(site, exhibit),
            screenshots=[(path, words, taken) for path, words, taken, _ in shots],
            previous=f"{exhibits[index - 1].item.id}.html" if index else "",
            next=f"{exhibits[index + 1].item.id}.html" if index + 1 < len(exhibits) else "")


def exhibit_values(site: Site, exhibit: Exhibit) -> dict[str, object]:
    """What the page of an exhibit is filled with."""
    item, found = exhibit.item, exhibit.findings
    return {
        "exhibit": exhibit, "title": f"{item.id} {site.edition.messages(f'item.{item.kind.value}')}"
        + (f": {item.name}" if item.name else ""), "heading": site.fill("heading.html.j2", root="", item=item),
        "prefix": f"{item.id}-" if site.printing else "",
        "findings": [(one, evidence.figures(one)) for one in found[:FINDINGS]],
        "findings_more": max(len(found) - FINDINGS, 0), "metadata": evidence.metadata(found),
        "all_metadata": evidence.all_metadata(found), "hashes": evidence.hashes(found),
        "searched": next((one for one in found if one.check == evidence.REUSE), None),
        "matches": evidence.matches(found), "timeline": site.time_of.get(item.id),
        "replayed": evidence.replayed(found, exhibit.derivatives if exhibit.included else ()),
        "custody": exhibit.custody[:CUSTODY], "custody_more": max(len(exhibit.custody) - CUSTODY, 0),
        "derivatives": [(naming.derivative_path(one), one, one.media_type in SHOWN | PLAYED)
                        for one in exhibit.derivatives[:100]] if exhibit.included else [],
    }


def _screenshots(site: Site, exhibit: Exhibit) -> Iterator[tuple[str, str, object, bytes]]:
    """Path, words, time and bytes of what a browser made of the page: of the capture's main document only."""
    capture = exhibit.capture
    main = next((item.id for item in capture.items if item.kind in {ItemKind.PAGE, ItemKind.POST}), None) \
        if capture else None
    if capture is None or not exhibit.included or main != exhibit.item.id:
        return
    wanted: dict[ViewKind, View] = {view.kind: view for view in capture.views}
    for kind, key in ((ViewKind.SCREENSHOT_BEFORE, "exhibit.screenshot_before"), (ViewKind.SCREENSHOT, "")):
        data = site.edition.material.view(capture, wanted[kind]) if kind in wanted else b""
        if data:
            yield (f"{FOLDER}/views/{exhibit.item.id}-{kind.value}.png", site.edition.messages(key) if key else "",
                   wanted[kind].taken_at, data)


def _index_values(site: Site, *, articles: Sequence[tuple[str, str]], lists: dict[str, list[ListPage]],
                  times: Sequence[str]) -> dict[str, object]:
    dossier, t = site.dossier, site.edition.messages
    asked = [thing for thing in dossier.counted if not thing.has_nothing_to_capture]
    lost = [thing for thing in asked if thing.verdict not in WHOLE]
    urgent = sorted(dossier.open_findings, key=lambda one: OPEN.index(one.outcome))
    present = {"missing": dossier.cited, "first": urgent or dossier.incidents, "article": dossier.articles,
               "citations": dossier.cited, "exhibits": dossier.exhibits}
    moments = [exhibit.item.obtained_at for exhibit in dossier.exhibits]
    paths = {name: [f"{FOLDER}/{page.file}" for page in pages] for name, pages in lists.items()}
    return {
        "sections": [one for one in SECTIONS if present.get(one[0], True)],
        "numbers": _numbers(site), "period": (min(moments), max(moments)) if moments else (),
        "missing": lost[:MISSING], "missing_more": max(len(lost) - MISSING, 0),
        "announced": [thing for thing in dossier.counted if thing.citation.kind is CitationKind.LOST_EMBED
                      and thing.has_nothing_to_capture][:MISSING], "first": urgent[:FIRST],
        "first_more": max(len(urgent) - FIRST, 0), "article_pages": articles, "citation_pages": paths["citation"],
        "claim_pages": paths["claim"], "matrix_pages": paths["matrix"], "exhibit_pages": paths["exhibit"],
        "exhibit_head": _exhibit_head(site.edition),
        "exhibit_rows": [site.fill("exhibit-row.html.j2", root="", exhibit=one) for one in dossier.exhibits]
        if site.lists_all else [],
        "matrix": [site.fill("matrix-row.html.j2", root="", row=row)
                   for row in site.matrix[:MAX_PRINTED if site.printing else MATRIX]],
        "coverage": coverage(site), "map": drawn_map(place_points(dossier.exhibits)),
        "timeline": drawn_timeline(site.times, TIME_ROWS), "time_pages": times,
        "glossary": [tuple(reversed(text.split("|"))) for text in t.section("glossary") if "|" in text]}


def _numbers(site: Site) -> list[tuple[str, int, str]]:
    """The figures of the summary, in plain words."""
    dossier, t = site.dossier, site.edition.messages
    counted = dossier.counted
    asked = [thing.verdict for thing in counted if not thing.has_nothing_to_capture]
    outcomes = [finding.outcome for exhibit in dossier.exhibits for finding in exhibit.findings]
    outcomes += [finding.outcome for finding in dossier.case_findings]
    found = [(t("summary.cited"), len(counted), "none"),
             (t("summary.whole"), sum(1 for one in asked if one in WHOLE), "good"),
             (t("summary.part"), sum(1 for one in asked if one in IN_PART), "part"),
             (t("summary.lost"), sum(1 for one in asked if one not in WHOLE | IN_PART), "bad"),
             (t("summary.nothing"), len(counted) - len(asked), "none")] if counted else []
    checks = t("summary.findings")
    return [
        *found, (t("summary.exhibits"), len(dossier.exhibits), "none"),
        *([(t("summary.included"), dossier.disclose.included, "none")] if dossier.disclose else []),
        (f"{checks}: {t('summary.passed')}", outcomes.count(Outcome.PASS), "good"),
        (f"{checks}: {t('summary.failed')}", outcomes.count(Outcome.FAIL), "bad"),
        (f"{checks}: {t('summary.open')}", sum(map(outcomes.count, (Outcome.ERROR, Outcome.INCONCLUSIVE))), "part"),
        (f"{checks}: {t('summary.neutral')}", outcomes.count(Outcome.NOT_APPLICABLE), "none"),
        (t("summary.people"), sum(len(exhibit.conclusions) for exhibit in dossier.exhibits), "none"),
    ]
