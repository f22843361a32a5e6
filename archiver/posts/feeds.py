"""Feeds: RSS 2.0 and 1.0, Atom (RFC 4287), JSON Feed 1.1; their entries as posts, and where older ones are.

An entry's words are the feed's; whether they are the whole entry, a feed does not say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.posts.document import Document, iso_time, list_at, text_at, tidy, words_of_html
from archiver.posts.draft import PostDraft
from evidence_store.posts import MediaKind, Post, PostField, PostMedia

if TYPE_CHECKING:
    from lxml.etree import _Element

PLATFORM = "feed"
MAX_ENTRIES = 10_000
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_DATE = "{http://purl.org/dc/elements/1.1/}date"
_MEDIA = "{http://search.yahoo.com/mrss/}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as one of its documents tells it."""

    title: str
    entries: tuple[Post, ...]     # in its order
    older: str                    # address of the next document with older entries (RFC 5005); "" where there is none


def read_feed(document: Document) -> Feed | None:
    """The feed of a document; None where it is none."""
    value = document.json
    if isinstance(value, dict) and text_at(value, "version").startswith("https://jsonfeed.org/version/"):
        return Feed(title=text_at(value, "title"), older=document.absolute(text_at(value, "next_url")),
                    entries=tuple(_json_entry(document, number, one)
                                  for number, one in enumerate(list_at(value, "items")[:MAX_ENTRIES])))
    root = _tree(document)
    if root is None:
        return None
    entries = [node for name in ("item", "{*}item", f"{_ATOM}entry") for node in root.iter(name)]
    seen = tuple(dict.fromkeys(entries))[:MAX_ENTRIES]
    name = str(root.tag).rpartition("}")[2].lower()
    if name not in {"rss", "rdf", "feed"}:
        return None
    title = next((node.text or "" for node in root.iter("title", "{*}title")), "")
    links = (node for node in root.iter(f"{_ATOM}link") if node.getparent() in {root, root.find("channel")})
    older = next((document.absolute(node.get("href")) for node in links
                  if node.get("rel") in {"next", "prev-archive"}), "")
    return Feed(title=tidy(title), entries=tuple(_entry(document, number, node) for number, node in enumerate(seen)),
                older=older)


def _tree(document: Document) -> "_Element | None":
    from lxml import etree

    if b"<" not in document.body[:1000]:
        return None
    # no entities, no network: a feed is a stranger's XML
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        return etree.fromstring(document.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _entry(document: Document, number: int, node: "_Element") -> Post:
    draft = PostDraft(PLATFORM, document, f"entry[{number}]")
    link = next((one for one in _links(node, document)), "")
    draft.put(PostField.URL, link, "link")
    for name in ("guid", "{*}guid", f"{_ATOM}id"):
        draft.put(PostField.ID, (node.findtext(name) or "").strip(), name.rpartition("}")[2])
    draft.put(PostField.ID, link, "link")
    for name in (_CREATOR, f"{_ATOM}author/{_ATOM}name", "author"):
        draft.put(PostField.AUTHOR, tidy(node.findtext(name) or ""), name.rpartition("}")[2])
    draft.put(PostField.TITLE, words_of_html(node.findtext("title") or node.findtext("{*}title") or ""), "title")
    for name in (_CONTENT, f"{_ATOM}content", "description", "{*}description", f"{_ATOM}summary"):
        found = node.find(name)
        if found is not None:
            text = found.text or " ".join(map(str, found.itertext()))
            draft.put_text(words_of_html(text), name.rpartition("}")[2])
    for name in ("pubDate", f"{_ATOM}published", _DATE, f"{_ATOM}updated"):
        draft.put(PostField.TIME, iso_time((node.findtext(name) or "").strip()), name.rpartition("}")[2])
    for one in (*node.iter("enclosure"), *node.iter(f"{_MEDIA}content"), *_enclosures(node)):
        url = document.absolute(one.get("url") or one.get("href"))
        draft.add_media(PostMedia(kind=_kind(one.get("type") or one.get("medium") or ""), url=url), "enclosure")
    return draft.finished()


def _links(node: "_Element", document: Document) -> Iterator[str]:
    for one in node.iter(f"{_ATOM}link"):
        if one.get("rel") in {None, "alternate"} and (url := document.absolute(one.get("href"))):
            yield url
    for name in ("link", "{*}link"):
        if url := document.absolute((node.findtext(name) or "").strip()):
            yield url


def _enclosures(node: "_Element") -> Iterator["_Element"]:
    return (one for one in node.iter(f"{_ATOM}link") if one.get("rel") == "enclosure")


def _json_entry(document: Document, number: int, node: dict[str, object]) -> Post:
    draft = PostDraft(PLATFORM, document, f"items[{number}]")
    draft.put(PostField.ID, text_at(node, "id"), "id")
    draft.put(PostField.URL, document.absolute(text_at(node, "url")), "url")
    draft.put(PostField.AUTHOR, text_at(node, "authors.0.name") or text_at(node, "author.name"), "authors[0].name")
    draft.put(PostField.TITLE, tidy(text_at(node, "title")), "title")
    draft.put_text(words_of_html(text_at(node, "content_html")), "content_html")
    draft.put_text(tidy(text_at(node, "content_text")), "content_text")
    draft.put(PostField.TIME, iso_time(node.get("date_published")), "date_published")
    for one in list_at(node, "attachments"):
        draft.add_media(PostMedia(kind=_kind(text_at(one, "mime_type")), url=document.absolute(text_at(one, "url"))),
                        "attachments")
    return draft.finished()


def _kind(media_type: str) -> MediaKind:
    kinds = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}
    return kinds.get(media_type.partition("/")[0], MediaKind.DOCUMENT)
