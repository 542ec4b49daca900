"""Which link of a feed's entry is that of its article.

feedparser keeps the last link of an entry, and lets go of the others.
"""

from __future__ import annotations

from urllib.parse import urljoin

from lxml import etree

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ENTRIES = frozenset({"item", "entry"})


def links_of(text: str) -> list[str | None]:
    """Return the link of each entry of an RSS or Atom feed, in their order.

    It is the first one of the feed's own kind, and not what is related, enclosed or of the feed
    itself. Relative addresses are completed by ``xml:base``, else by the address of the site.

    Parameters
    ----------
    text : str
        A feed, without its XML declaration.

    Returns
    -------
    list of str or None
        None for an entry without one; empty where the text cannot be parsed.
    """
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        return []
    entries = [element for element in root.iter(etree.Element) if _name(element) in _ENTRIES]
    channel = next((e for e in root.iter(etree.Element) if _name(e) == "channel"), root)
    base = _link_in(channel) or ""
    found = ((entry, _link_in(entry)) for entry in entries)
    return [link and urljoin(urljoin(base, _base(entry)), link) for entry, link in found]


def _link_in(parent: etree._Element) -> str | None:
    """Return the first link that is the thing itself; RSS writes it as text, Atom as `href`."""
    links = [child for child in parent.iterchildren(etree.Element) if _name(child) == "link"]
    stated = (link.text.strip() for link in links if link.text and link.text.strip())
    related = (
        link.get("href", "").strip() or None
        for link in links
        if link.get("rel", "alternate") == "alternate"
    )
    return next(stated, None) or next(filter(None, related), None)


def _base(element: etree._Element) -> str:
    """Return what ``xml:base`` says around an element."""
    above = [element, *element.iterancestors()]
    base = ""
    for each in reversed(above):
        base = urljoin(base, each.get(_BASE, ""))
    return base


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()
