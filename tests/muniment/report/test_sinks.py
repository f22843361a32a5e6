"""Every sink of the templates: each place where a value comes into a page, by what could act there.

1. What stands here is all there is: the list is compared with the templates, read as pages.
2. In an attribute, a style or a tag stand only values of ours: ids, numbers, paths we made, words of the messages.
3. In text, a value goes through a filter that shows what could act on a screen as signs, or is one of ours.
"""

import re
from collections import defaultdict
from html.parser import HTMLParser
from importlib.resources import files

# Values that the report's own code makes, by where they stand. Numbers of a drawing have a pattern of their own.
SINKS = {
    "<tag>": {"site.unfolded"},                      # " open" or ""
    "<style>": {"dossier.opened.case | hexadecimal"},
    "alt": {"alt"},                                  # ids and messages
    "aria-label": {"caption", "title"},              # messages
    "aria-labelledby": {"claim.id", "page.item", "prefix", "thing.id"},
    "class": {'"claimed" if span.claimed else "found"', "tone", 'tone if number else "none"', "words.tone",
              '{"conflict": "bad", "agree": "good"}.get(row.agreement, "none")',
              '{"supports": "good", "contradicts": "bad"}.get(link.relation.value, "none")'},
    "dir": {"t.direction", "words.direction"},
    "href": {"anchor", "citation_pages[0]", "cite_address(id)", "claim_pages[0]", "exhibit.path", "id", "kind",
             "live",                                 # wording.web_address: plain http or https, or no link at all
             "matrix_pages[0]", "next", "p.cite_address(piece.citation)", "path", "previous", "root",
             "site.claims[id]", "time_pages[0]"},
    "id": {"claim.id", "one.exhibit.item.id", "page.item", "prefix", "thing.id"},
    "lang": {"site.language_of(claim.claim.language)", "site.language_of(one.language)",     # BCP 47 in form
             "t.language", "words.language"},
    "points": {"points"},                            # numbers: evidence._polygon, places._polygon
    "src": {"src"},                                  # paths that naming and building make
    "text-anchor": {"one.anchor"},                   # of times.Tick
}
DRAWN = {"d", "transform", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2"}
NUMBER = re.compile(r'"%\.[01]f" % .+|tall( - \d+)?|y [+-] \d+|y if span\.claimed else y \+ 8')
SHOWN = re.compile(r"\| *(said|captured|exact|exactly|address|moment|size|number|counted|ranges)(\([^()]*\))?$")
WORDS = re.compile(r"(t|words)\(.*\)|t\.(span|of)\(.*\)|p\.\w+\(.*\)|(badge|framed|url|veil|cite_address)\(.*\)"
                   r"|.* if not loop\.last|VERDICTS\[[\w.]+\]\.sentence")
# Text that no filter shows: ids, counts, hashes and words that are ours; autoescape holds for these too.
OURS = {
    '"%.5f, %.5f" % (one.point.latitude, one.point.longitude)',
    '"it was" if dossier.disclose.included == 1 else "they were"',
    '"it" if dossier.disclose.included == 1 else "them"', 'before.added | join(", ") or "nothing"', "before.bundle",
    'before.reassessed | join(", ") or "nothing"', "before.tagmanifest_sha256",
    'before.withdrawn | join(", ") or "nothing"', "cell", "checkpoint.case", "checkpoint.size", "claim.id", "command",
    "content", "degree", "dossier.disclose.held", "dossier.disclose.included",
    'dossier.disclose.not_selected | join(", ")', "dossier.disclose.not_selected | length",
    "dossier.disclose.withheld", "dossier.others | length - 200", "edition.bundle",
    'edition.checkpoint.to_text().decode("ascii").splitlines()[2]', "edition.sealer.fingerprint",
    "edition.sealer.key16", "edition.software.name", "edition.software.version", "entry", "entry.seq", "exhibit.path",
    "heading", "id", "item.id", 'item.media_type | captured(100) or t("exhibit.type_unknown")', "item.sha256",
    "label", "line", "loop.index", "match.agreement", "match.first_seen", "match.item", "name",
    'name or t("collected.software")', "note", "number", "one.claim", "one.heading", "one.included", "one.label",
    "one.not_selected", "one.number", "one.row.item", "one.seq", "one.withheld", "options.bundle_id",
    "options.software.name", "options.software.version", "page.bundle", "page.checkpoint.size", "page.code | safe",
    'page.groups[8:] | join(" ")', 'page.groups[:8] | join(" ")', "page.item", "page.signer.fingerprint",
    'page.words | join(" ")', "path", "person.role | captured(40) | capitalize", "piece.citation", "plain",
    'post.author | said(200) if post.author else t("post.no_author")',
    'post.time | captured(40) or t("post.no_time")', "root", "row", "sealer.fingerprint", "sentence",
    "site.citations[id]", "site.event(entry.type)", "term", "thing.id", "title", "value", "words", "words.label",
    "words.language",
}


class Template(HTMLParser):
    """A template read as a page: which expression stands where."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = defaultdict(set)
        self._expressions: list[str] = []
        self._styled = False
        marked = re.sub(r"{{(.*?)}}", self._mark, re.sub(r"{#.*?#}", "", source, flags=re.DOTALL), flags=re.DOTALL)
        page = re.sub(r"{%.*?%}", "", marked, flags=re.DOTALL)
        self.unquoted = re.findall(r"\s[\w-]+=\s*§\d+§", page)
        self.feed(page)
        self.close()

    def _mark(self, match: re.Match[str]) -> str:
        self._expressions.append(match[1].strip())
        return f"§{len(self._expressions) - 1}§"

    def _take(self, where: str, text: str | None) -> None:
        self.found[where] |= {self._expressions[int(one)] for one in re.findall(r"§(\d+)§", text or "")}

    def handle_starttag(self, tag, attrs):
        self._styled = tag == "style"
        self._take("<tag>", tag)
        for name, value in attrs:
            self._take("<attribute>", name)
            self._take(name, value)

    def handle_endtag(self, tag):
        self._styled = self._styled and tag != "style"

    def handle_data(self, data):
        self._take("<style>" if self._styled else "<text>", data)

    def handle_comment(self, data):
        self._take("<comment>", data)


def templates() -> dict[str, Template]:
    folder = files("muniment.report").joinpath("templates")
    return {one.name: Template(one.read_text("utf-8")) for one in folder.iterdir() if one.name.endswith(".j2")}


def sinks() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for template in templates().values():
        for where, expressions in template.found.items():
            found[where] |= expressions
    return {where: expressions for where, expressions in found.items() if expressions}


def test_a_value_stands_in_an_attribute_a_tag_or_a_style_only_where_this_list_says():
    acting = {where: {one for one in expressions if not WORDS.fullmatch(one) or where != "aria-label"}
              for where, expressions in sinks().items() if where not in DRAWN | {"<text>"}}
    style = acting.pop("<style>", set()) | {"dossier.opened.case | hexadecimal"}     # a block of its own template
    assert {**acting, "<style>": style} == SINKS


def test_a_drawing_takes_numbers_alone():
    found = sinks()
    assert [(where, one) for where in DRAWN for one in found.get(where, ()) if not NUMBER.fullmatch(one)] == []


def test_text_is_shown_through_a_filter_or_is_ours():
    found = {one for one in sinks()["<text>"] if not SHOWN.search(one) and not WORDS.fullmatch(one)}
    assert found - {"dossier.opened.case | hexadecimal"} <= OURS | {'t.of("meta", name) or name'}
    assert found >= OURS


def test_no_template_leaves_an_attribute_without_quotes_or_goes_around_the_escaping():
    assert [(name, one.unquoted) for name, one in templates().items() if one.unquoted] == []
    folder = files("muniment.report").joinpath("templates")
    around = [(one.name, found) for one in folder.iterdir() if one.name.endswith(".j2")
              for found in re.findall(r"[\w.]+ *\| *safe|autoescape|Markup", one.read_text("utf-8"))]
    assert around == [("transfer.html.j2", "page.code | safe")]      # the drawing of a QR code, made by us
