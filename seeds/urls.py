"""One way of writing the address of a page, and the outlet that it belongs to. No network.

What only says how a reader came to the page is taken off; what may say which page it is stays.
(courlan, a library for this, takes off `cid`, `eid`, `source` and all that begins with `ga`, the
number of the article at many outlets.)
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

LONGEST_URL = 8192

_TRACKING_STARTS = ("utm_", "mtm_", "piwik_", "matomo_", "hsa_", "vero_", "oly_", "_hs")
_TRACKING = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid",
        "twclid", "ttclid", "igshid", "igsh", "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "_ga",
        "_gl", "_gac", "_openstat", "wickedid", "s_cid", "cmpid", "ocid", "smid", "smtyp",
        "ref_src", "ref_url", "__twitter_impression", "fb_action_ids", "fb_action_types",
        "fb_source", "fb_ref", "xtor", "spm", "guccounter", "guce_referrer", "guce_referrer_sig",
        "tblci", "dicbo", "soc_src", "soc_trk", "ns_mchannel", "ns_source", "ns_campaign",
        "ns_linkname", "ns_fee", "traffic_source", "phpsessid", "jsessionid", "share_token",
        "at_medium", "at_campaign", "at_campaign_type", "at_format", "at_ptr_name", "at_link_id",
        "at_link_type", "at_link_origin", "at_bbc_team", "at_custom1", "at_custom2", "at_custom3",
        "at_custom4", "pk_campaign", "pk_kwd", "pk_source", "pk_medium", "pk_content",
        "__s", "trk", "trkcampaign", "sr_share", "mibextid",
    }
)  # fmt: skip
# Fields that say where a reader came from only when they hold one of these.
_ORIGIN_FIELDS = frozenset({"ref", "source", "src", "via", "from", "share"})
_ORIGIN_WORDS = (
    "facebook twitter x whatsapp telegram linkedin rss feed newsletter email instagram google "
    "googlenews homepage social share fb tw wa tg"
)
_ORIGINS = frozenset(_ORIGIN_WORDS.split())
_LEADING_HOSTS = re.compile(r"^(?:www\d?|m|mobile|amp|touch)\.(?=[^.]+\.)")
_ARCHIVED = re.compile(r"/web/\d{4,14}[a-z_]*/(https?:/{1,2}.+)", re.S)
_HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?|\[[0-9a-f:.]+\]")
_CONTROL = re.compile("[\ud800-\udfff\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.I)
_PLAIN = re.compile(r"[A-Za-z0-9._~!#$&'()*+,/:;=?@\[\]|-]*")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str | None:
    """Return an address as all copies of a page should have it.

    Scheme and host in lower case (international names in their own letters), no default port, no
    user name, no fragment (but ``#!``), no tracking parameters, the others in order of their
    names; percent escapes in one form; no slash at the end of a path. ``www.``, ``m.`` and
    ``amp.`` stay, since not every page is there without them. An address that begins with
    ``www.`` or ``//`` is taken to be https. Applying it twice changes nothing.

    Returns
    -------
    str or None
        None for what is no http or https address.
    """
    parts = _split(url)
    host = _host_of(parts) if parts else None
    if parts is None or host is None:
        return None
    try:
        port = parts.port
    except ValueError:
        return None
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    fragment = _escaped(parts.fragment) if parts.fragment.startswith("!") else ""
    return urlunsplit((parts.scheme, netloc, _path(parts.path), _query(parts.query), fragment))


def outlet_of(url: str) -> str | None:
    """Return the host of an address without ``www.``, ``m.``, ``amp.``; None if it has none.

    Of a page in the Wayback Machine the host of the page that was archived.
    """
    parts = _split(url)
    if parts is None:
        return None
    host = _host_of(parts)
    if host == "web.archive.org" and (inner := _ARCHIVED.match(parts.path)):
        return outlet_of(re.sub(r"^(https?:)/+", r"\1//", inner[1]))
    while host and _LEADING_HOSTS.match(host):
        host = _LEADING_HOSTS.sub("", host)
    return host


@lru_cache(64)
def _split(url: str) -> SplitResult | None:
    url = url.strip()
    if not url.isprintable():
        url = _CONTROL.sub("", url)
    url = url.replace("&amp;", "&")
    if url.startswith("//"):
        url = f"https:{url}"
    elif url[:4].lower() == "www.":
        url = f"https://{url}"
    if len(url) > LONGEST_URL or url[:4].lower() != "http":
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS else None


def _host_of(parts: SplitResult) -> str | None:
    host = _in_its_letters((parts.hostname or "").rstrip("."))
    if ":" in host:
        host = f"[{host}]"
    return host if _HOST.fullmatch(host) and ".." not in host else None


def _in_its_letters(host: str) -> str:
    """Return a host with international names as people write them."""
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _path(path: str) -> str:
    path = _escaped(_SESSION.sub("", path) if ";" in path else path)
    if "//" in path:
        path = re.sub(r"(?<!:)/{2,}", "/", path)
    if "/." in path:
        path = urljoin("http://host/", path)[len("http://host") :]
    return path.rstrip("/") or "/"


def _query(query: str) -> str:
    if not query:
        return ""
    fields = [_escaped(field) for field in query.split("&") if field and not _is_tracking(field)]
    return "&".join(sorted(fields, key=lambda field: field.partition("=")[0]))


def _is_tracking(field: str) -> bool:
    name, _, value = field.partition("=")
    name = name.lower()
    if name in _TRACKING or name.startswith(_TRACKING_STARTS):
        return True
    return name in _ORIGIN_FIELDS and value.lower() in _ORIGINS


def _escaped(text: str) -> str:
    """Return a part of an address with one way of escaping: only what has to be."""
    if _PLAIN.fullmatch(text):
        return text
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    text = quote(text, safe="%!#$&'()*+,/:;=?@[]~|", errors="replace")
    return _ESCAPE.sub(_plain_escape, text)


def _plain_escape(found: re.Match[str]) -> str:
    byte = unquote_to_bytes(found[0])
    return byte.decode() if byte[0] in _UNRESERVED else found[0].upper()
