"""Reading web pages: how many a second, and how much of the article and nothing else is found.

    python benchmarks/reading_html.py [--pages 120] [--processes 2] [--seed 1]

Pages of realistic size are made from the invented sentences in embeddings/parallel: articles in
eight page layouts and several languages, with menus, scripts, related boxes, teasers and
comments around them. No sentence of the furniture stands in the article of the same page. Ours
is compared with `trafilatura.extract`, as it comes and told to be precise, on the same pages in
the same run; words
(pairs of letters in Chinese) are counted, title and captions as part of the article.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path

from marsad.seeds.errors import SeedError
from marsad.seeds.formats.html import articles

SENTENCES = Path(__file__).parent.parent / "embeddings" / "parallel"
LANGUAGES = ("ar", "fa", "ur", "zh", "ru", "en", "tr", "es", "ckb", "hi")
_RIGHT_TO_LEFT = ("ar", "fa", "ur", "ckb")
# The share of pages whose classes and ids say nothing; marked with a star.
ANONYMOUS = 0.35
_NAMES = re.compile(r"\b(class|id)='([^']*)'")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Page:
    """A page as it is served, and what of it is the article."""

    language: str
    layout: str
    html: str
    truth: str


@dataclass
class Material:
    """Sentences for one page: those of the article, and those of what stands around it."""

    chance: random.Random
    own: list[str]
    foreign: list[str]
    paragraphs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.title = self.own.pop()
        self.caption = self.own.pop()
        self.second_caption = self.own.pop()
        while len(self.own) > 1:
            size = self.chance.randint(1, 4)
            self.paragraphs.append(" ".join(self.own[:size]))
            del self.own[:size]

    def other(self) -> str:
        return self.chance.choice(self.foreign)

    def words(self, count: int) -> str:
        return " ".join(self.other().split()[:count])[:60]


def pages(count: int, seed: int) -> list[Page]:
    """Make pages, languages and layouts by turns."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        layout = list(LAYOUTS)[(number // len(LANGUAGES) + number) % len(LAYOUTS)]
        made.append(page(language, layout, chance))
    return made


def page(language: str, layout: str, chance: random.Random) -> Page:
    """Make one page."""
    sentences = (SENTENCES / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    chance.shuffle(sentences)
    stuff = Material(chance, sentences[: chance.choice((7, 14, 22, 36))], sentences[36:])
    article, captions = LAYOUTS[layout](stuff)
    direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    html = _frame(stuff, article, language, direction, layout)
    if chance.random() < ANONYMOUS:
        layout, html = f"{layout}*", _NAMES.sub(lambda m: f"{m[1]}='x{hash_of(m[2])}'", html)
    return Page(language, layout, html, "\n".join([stuff.title, *captions, *stuff.paragraphs]))


def hash_of(name: str) -> str:
    """Return a class name that says nothing, as modern sites have them."""
    return f"{zlib.crc32(name.encode()):08x}"


def _paragraphs(stuff: Material, attributes: str = "") -> str:
    return "\n".join(f"<p{attributes}>{escape(text)}</p>" for text in stuff.paragraphs)


def _share() -> str:
    names = ("Facebook", "X", "WhatsApp", "Telegram", "Email")
    return "<ul class='share-buttons'>" + "".join(
        f"<li><a href='/share/{n}'><svg viewBox='0 0 24 24'><path d='M12 0{'l3 3' * 40}z'/></svg>"
        f"<span>{n}</span></a></li>" for n in names
    ) + "</ul>"  # fmt: skip


def _related(stuff: Material, cards: int = 6) -> str:
    shown = "".join(
        f"<div class='card'><a href='/n/{stuff.chance.random()}'><img src='/i.jpg' alt=''>"
        f"<h3>{escape(stuff.other())}</h3></a><p class='excerpt'>{escape(stuff.other())}</p></div>"
        for _ in range(cards)
    )
    return f"<section class='related-posts'><h2>{escape(stuff.words(2))}</h2>{shown}</section>"


def _wordpress(stuff: Material) -> tuple[str, list[str]]:
    half = len(stuff.paragraphs) // 2
    first, second = stuff.paragraphs[:half], stuff.paragraphs[half:]
    body = "".join(f"<p>{escape(text)}</p>" for text in first)
    body += (
        f"<figure class='wp-block-image'><img src='/p.jpg'><figcaption>{escape(stuff.caption)}"
        f"</figcaption></figure><div class='related-inline'><strong>{escape(stuff.words(2))}"
        f"</strong> <a href='/x'>{escape(stuff.other())}</a></div>"
    )
    body += "".join(f"<p>{escape(text)}</p>" for text in second)
    return (
        f"<article class='post type-post'><header class='entry-header'><h1 class='entry-title'>"
        f"{escape(stuff.title)}</h1><div class='entry-meta'><span class='byline'>N. N.</span>"
        f"<time datetime='2025-03-04T10:00:00+03:00'>4/3/2025</time></div></header>"
        f"<div class='entry-content'>{body}</div>{_share()}</article>{_related(stuff)}",
        [stuff.caption],
    )


def _semantic(stuff: Material) -> tuple[str, list[str]]:
    lead = (
        f"<figure><picture><img src='a.webp'></picture><figcaption>{escape(stuff.caption)}"
        f"</figcaption></figure>"
    )
    return (
        f"<main><article><h1>{escape(stuff.title)}</h1>{_share()}{lead}<section>"
        f"{_paragraphs(stuff)}</section></article><aside>{_related(stuff, 4)}</aside></main>",
        [stuff.caption],
    )


def _hashed(stuff: Material) -> tuple[str, list[str]]:
    body = "".join(
        f"<div class='sc-1a{n}'><p class='css-x9{n}'>{escape(text)}</p></div>"
        for n, text in enumerate(stuff.paragraphs)
    )
    return (
        f"<div class='sc-9f'><div class='css-0'><h1 class='css-h'>{escape(stuff.title)}</h1></div>"
        f"<div class='css-k'>{body}</div></div><div class='css-r'>{_related(stuff, 5)}</div>",
        [],
    )


def _table(stuff: Material) -> tuple[str, list[str]]:
    body = "<br><br>\n".join(escape(text) for text in stuff.paragraphs)
    menu = "".join(f"<a href='{n}.html'>{escape(stuff.words(2))}</a><br>" for n in range(25))
    return (
        f"<table width=100% border=0><tr><td width=160 valign=top>{menu}</td><td valign=top>"
        f"<font size=5><b>{escape(stuff.title)}</b></font><br><br><font size=3>{body}</font></td>"
        f"<td width=140>{escape(stuff.other())}<hr>{escape(stuff.other())}</td></tr></table>",
        [],
    )


def _breaks(stuff: Material) -> tuple[str, list[str]]:
    body = "<br><br>".join(escape(text) for text in stuff.paragraphs)
    return (
        f"<div id='content'><h1>{escape(stuff.title)}</h1><div class='story'>{body}</div></div>"
        f"{_related(stuff, 5)}",
        [],
    )


def _amp(stuff: Material) -> tuple[str, list[str]]:
    return (
        f"<header class='amp-header'><a href='/'>N</a></header><article class='amp-wp-article'>"
        f"<header><h1 class='amp-wp-title'>{escape(stuff.title)}</h1></header><figure>"
        f"<amp-img src='a.jpg'></amp-img><figcaption class='wp-caption-text'>"
        f"{escape(stuff.caption)}</figcaption></figure><div class='amp-wp-article-content'>"
        f"{_paragraphs(stuff)}</div></article>{_related(stuff, 3)}",
        [stuff.caption],
    )


def _divs(stuff: Material) -> tuple[str, list[str]]:
    body = "".join(f"<div class='par'>{escape(text)}</div>" for text in stuff.paragraphs)
    return (
        f"<div class='page'><div class='head'><h1>{escape(stuff.title)}</h1></div><div class='col'>"
        f"<div class='txt'>{body}</div></div><div class='col2'>{_related(stuff, 6)}</div></div>",
        [],
    )


def _forms(stuff: Material) -> tuple[str, list[str]]:
    images = (
        f"<div class='image-block'><img src='1.jpg'><div class='caption'>{escape(stuff.caption)}"
        f"</div></div>",
        f"<div class='image-block'><img src='2.jpg'><div class='caption'>"
        f"{escape(stuff.second_caption)}</div></div>",
    )
    parts = [f"<p dir='auto'>{escape(text)}</p>" for text in stuff.paragraphs]
    parts.insert(1, images[0])
    parts.insert(3, images[1])
    return (
        f"<form id='aspnetForm' method='post'><div id='wrap'><div class='news-details'>"
        f"<h1>{escape(stuff.title)}</h1><div class='details-body'>{''.join(parts)}</div></div>"
        f"{_related(stuff, 5)}</div></form>",
        [stuff.caption, stuff.second_caption],
    )


LAYOUTS: dict[str, Callable[[Material], tuple[str, list[str]]]] = {
    "wordpress": _wordpress, "semantic": _semantic, "hashed": _hashed, "table": _table,
    "breaks": _breaks, "amp": _amp, "divs": _divs, "forms": _forms,
}  # fmt: skip


def _frame(stuff: Material, article: str, language: str, direction: str, layout: str) -> str:
    """Put head, menus, sidebar, comments, footer and scripts around an article."""
    chance = stuff.chance
    menu = "".join(
        f"<li class='menu-item'><a href='/{n}'>{escape(stuff.words(2))}</a></li>" for n in range(60)
    )
    comments = "".join(
        f"<li class='comment'><div class='comment-body'><cite>u{n}</cite><p>{escape(stuff.other())}"
        f"</p><a href='#r{n}'>+</a></div></li>" for n in range(chance.randint(0, 8))
    )  # fmt: skip
    latest = "".join(
        f"<li><a href='/l/{n}'>{escape(stuff.other())}</a> <span class='date'>0{n % 9 + 1}/02/2025"
        f"</span></li>" for n in range(20)
    )  # fmt: skip
    code = "".join(
        f"window.dataLayer.push({{'event':'e{n}','v':{chance.random()}}});function f{n}(a){{return "
        f"a<{n}?a*{n}:f{n}(a-1)}}\n" for n in range(chance.randint(300, 800))
    )  # fmt: skip
    style = "".join(
        f".c{n}{{margin:{n}px;color:#{n:06x};padding:0 {n}px}}\n"
        for n in range(chance.randint(100, 400))
    )
    old = layout == "table"
    top = "" if old else f"<header><nav><ul class='menu'>{menu}</ul></nav></header>"
    side = "" if old else f"<div class='sidebar widget-area'><ul>{latest}</ul></div>"
    talk = "" if old else f"<div id='comments'><ol class='commentlist'>{comments}</ol></div>"
    return (
        f"<!DOCTYPE html><html lang='{language}' dir='{direction}'><head><meta charset='utf-8'>"
        f"<title>{escape(stuff.title)} | N</title><meta property='og:title' content=\""
        f'{escape(stuff.title)}"><style>{style}</style><script>{code}</script></head>'
        f"<body class='single single-post has-sidebar'>{top}{article}{side}{talk}<footer>"
        f"<p>&copy; 2025 N. {escape(stuff.other())}</p><ul>{menu}</ul></footer>"
        f"<script>{code[: len(code) // 2]}</script></body></html>"
    )


def ours(html: str) -> str:
    """Read a page as marsad does."""
    try:
        return "\n".join(a.text for a in articles(html.encode(), "page"))
    except SeedError:
        return ""


def plain_trafilatura(html: str) -> str:
    """Read a page with trafilatura as it comes."""
    from trafilatura import extract

    return extract(html.encode()) or ""


def strict_trafilatura(html: str) -> str:
    """Read a page with trafilatura, without comments, when it is told to prefer precision."""
    from trafilatura import extract

    return extract(html.encode(), include_comments=False, favor_precision=True) or ""


def compare(truth: str, found: str) -> tuple[int, int, int]:
    """Return how many words both have, the truth has, were found."""
    true, got = Counter(_units(truth)), Counter(_units(found))
    return (true & got).total(), true.total(), got.total()


def _units(text: str) -> list[str]:
    units = []
    for word in _WORD.findall(_plain(text)):
        dense = bool(re.match("[\u3400-\u9fff]", word))
        units += [a + b for a, b in pairwise(word)] if dense else [word]
    return units


def _plain(text: str) -> str:
    """Leave out what trafilatura takes away (joiners), so that it is not counted against it."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn", "Mc"))


def _read(task: tuple[str, str]) -> str:
    way, html = task
    return WAYS[way](html)


WAYS: dict[str, Callable[[str], str]] = {
    "marsad": ours,
    "trafilatura": plain_trafilatura,
    "trafilatura, precise": strict_trafilatura,
}


def measure(way: str, made: Sequence[Page], pool: ProcessPoolExecutor, processes: int) -> None:
    """Print speed, and precision and recall by language and by layout."""
    list(pool.map(_read, [(way, made[0].html)] * processes * 2))
    start = time.perf_counter()
    texts = list(pool.map(_read, [(way, page.html) for page in made], chunksize=4))
    rate = len(made) / (time.perf_counter() - start)
    print(f"\n{way}: {rate:.1f} pages/s in {processes} processes")
    for aspect in ("language", "layout"):
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for one, text in zip(made, texts, strict=True):
            for key in (getattr(one, aspect), "all"):
                for place, number in enumerate(compare(one.truth, text)):
                    sums[key][place] += number
        for key, (both, true, got) in sorted(sums.items()):
            print(f"  {key:10} precision {both / max(1, got):.3f}  recall {both / true:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=160)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    made = pages(options.pages, options.seed)
    sizes = sorted(len(page.html.encode()) // 1024 for page in made)
    middle = sizes[len(sizes) // 2]
    print(f"{len(made)} pages of {sizes[0]} to {sizes[-1]} KiB, middle {middle} KiB")
    with ProcessPoolExecutor(options.processes) as pool:
        for way in WAYS:
            measure(way, made, pool, options.processes)


if __name__ == "__main__":
    main()
