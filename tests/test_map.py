"""The report's map in a real browser: seen, moved, searched, and worked by keyboard alone."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from marsad.scripts.reporting.map_page import MAP_WORDS, MapPoint, MapSection, map_section
from playwright.sync_api import expect

WORDS = {key: key for key in MAP_WORDS} | {
    "map_hits": "{n} of {of} match",
    "map_others": "others ({n})",
    "map_listed": "{n} of {of} listed",
    "map_no_hits": "nothing",
}
EVIL = "Before </script><script>window.bad=1</script><img src=x onerror=window.bad=2> after"
# (x, y, text, language, theme): the four corners, the middle, and the script's text beside it.
PLACED = [
    (0.0, 0.0, "The harbour opens after the storm", "en", 0),
    (1.0, 0.0, "Élan: un pont neuf sur la rivière", "fr", 0),
    (0.0, 1.0, "افتُتِحَ الجِسْرُ الجديدُ على النهر أمس", "ar", 1),
    (1.0, 1.0, "A bridge for ١٢٣ trains", "en", 1),
    (0.5, 0.5, "In the very middle of things", "en", None),
    (0.7, 0.5, EVIL, "en", 1),
]


def points(placed: list[tuple] = PLACED) -> list[MapPoint]:
    return [
        MapPoint(x, y, text, language, theme, f"Title {i}", "Outlet", "1 May 2024", f"p{i}")
        for i, (x, y, text, language, theme) in enumerate(placed)
    ]


def page_of(section: MapSection, count: int, direction: str = "ltr") -> str:
    """A page around the map whose policy allows its style and script, and nothing else."""

    def allowed(text: str) -> str:
        return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    passages = "".join(f'<p id="p{i}">passage {i}</p>' for i in range(count))
    return (
        f'<!DOCTYPE html><html lang="en" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"script-src '{allowed(section.script)}'; style-src '{allowed(section.style)}'\">"
        f'<title>Map</title><style>{section.style}</style></head><body><main id="map"><h1>Map</h1>'
        f"{section.html}<details><summary>More</summary>{passages}</details></main>"
        f"<script>{section.script}</script></body></html>"
    )


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a map from a file, without a network; afterwards nothing may have gone wrong."""
    told: list[str] = []
    contexts = []

    def open_page(
        of: list[MapPoint] | None = None, themes: tuple[str, ...] = ("Ports", "Rail"),
        direction: str = "ltr", **options: Any,
    ) -> Any:  # fmt: skip
        of = points() if of is None else of
        file = tmp_path / "page.html"
        file.write_text(page_of(map_section(of, WORDS, themes=themes), len(of), direction), "utf-8")
        context = browser.new_context(
            offline=True, viewport={"width": 1000, "height": 800}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda r: told.append(r.url) if r.url != file.as_uri() else None)
        page.goto(file.as_uri())
        page.wait_for_timeout(100)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert told == []


def at(page: Any, point: int) -> tuple[float, float]:
    """Say where in the window a point of `PLACED` is while everything is in view."""
    box = page.locator("[data-part=canvas]").bounding_box()
    side = min(box["width"], box["height"]) - 2 * 28
    x, y = PLACED[point][:2]
    return (
        box["x"] + box["width"] / 2 + (x - 0.5) * side,
        box["y"] + box["height"] / 2 + (y - 0.5) * side,
    )


def ink_at(page: Any, x: float, y: float) -> int:
    """Say how many of the pixels around a place of the window are clearly not the paper's."""
    box = page.locator("[data-part=canvas]").bounding_box()
    return page.evaluate(
        """([x, y]) => { const c = document.querySelector("[data-part=canvas]");
        const r = c.width / c.clientWidth, part = document.createElement("canvas");
        part.width = part.height = 9;
        const context = part.getContext("2d");
        context.drawImage(c, 4 - x * r, 4 - y * r);
        const d = context.getImageData(0, 0, 9, 9).data;
        let n = 0;
        for (let i = 0; i < d.length; i += 4) n += d[i] + d[i + 1] + d[i + 2] < 640 ? 1 : 0;
        return n; }""",
        [x - box["x"], y - box["y"]],
    )


def island(section: MapSection) -> dict[str, Any]:
    return json.loads(re.search(r'data-part="data">(.*?)</script>', section.html)[1])


def test_points_are_drawn_where_they_are(opened: Callable) -> None:
    page = opened()
    for point in range(4):
        assert ink_at(page, *at(page, point)) > 20
    assert ink_at(page, *(a + 60 for a in at(page, 0))) == 0


def test_pointing_shows_the_text_and_leaving_hides_it(opened: Callable) -> None:
    page = opened()
    page.mouse.move(*at(page, 2))
    card = page.locator("[data-part=card]")
    assert PLACED[2][2] in card.inner_text()
    assert "Outlet · 1 May 2024 · Rail" in re.sub(r"\s+", " ", card.inner_text())
    assert card.locator("p[lang=ar][dir=auto]").count() > 0
    page.mouse.move(*(a - 60 for a in at(page, 4)))
    assert card.is_hidden()


def test_scripts_in_texts_stay_text(opened: Callable) -> None:
    page = opened()
    page.mouse.move(*at(page, 5))
    assert EVIL in page.locator("[data-part=card]").inner_text()
    assert page.evaluate("window.bad") is None


@pytest.mark.parametrize(
    ("query", "count"),
    [("BRIDGE", 1), ("الجسر", 1), ("إلجسر", 1), ("أفتتح النهر", 1), ("elan", 1), ("123", 1),
     ("outlet", 6), ("harbour rail", 0), ("zebra", 0), ("<script>", 1)],
)  # fmt: skip
def test_search_finds_what_reads_the_same(opened: Callable, query: str, count: int) -> None:
    page = opened()
    page.fill("[data-part=search]", query)
    wanted = f"{count} of 6 match" if count else "nothing"
    hits = page.locator("[data-part=hits][aria-live=polite]")
    expect(hits).to_have_text(wanted)
    assert page.locator("[data-part=next]").is_enabled() == bool(count)


def test_search_leaves_what_does_not_match_faint(opened: Callable) -> None:
    page = opened()
    page.fill("[data-part=search]", "harbour")
    page.wait_for_timeout(250)
    assert ink_at(page, *at(page, 0)) > 20
    assert ink_at(page, *at(page, 1)) == 0
    page.fill("[data-part=search]", " . ")
    page.wait_for_timeout(250)
    assert ink_at(page, *at(page, 1)) > 20


def test_enter_in_the_search_box_goes_through_the_matches(opened: Callable) -> None:
    page = opened()
    told = page.locator("[data-part=told]")
    page.fill("[data-part=search]", "the")
    seen = []
    for key in ("Enter", "Enter", "Shift+Enter"):
        page.press("[data-part=search]", key)
        seen.append(told.inner_text())
    assert "harbour" in seen[0] and "middle" in seen[1] and seen[2] == seen[0]


def test_wheel_and_buttons_zoom_and_show_all_resets(opened: Callable) -> None:
    page = opened()
    corner = at(page, 0)
    page.mouse.move(*at(page, 4))
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(100)
    assert ink_at(page, *corner) == 0
    page.click("[data-part=reset]")
    page.wait_for_timeout(500)
    assert ink_at(page, *corner) > 20
    page.click("[data-part=in]")
    page.wait_for_timeout(500)
    assert ink_at(page, *corner) == 0
    page.click("[data-part=out]")
    page.wait_for_timeout(500)
    assert ink_at(page, *corner) > 20


def test_dragging_moves_the_map(opened: Callable) -> None:
    page = opened(reduced_motion="reduce")
    page.click("[data-part=in]")
    x, y = at(page, 4)
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.up()
    page.wait_for_timeout(100)
    # What was 40 pixels before the middle is in it now; the middle's point is 40 after it.
    page.mouse.move(x + 40, y + 40)
    assert PLACED[4][2] in page.locator("[data-part=card]").inner_text()


def test_keys_alone_go_from_point_to_point_and_open_one(opened: Callable) -> None:
    page = opened(reduced_motion="reduce")
    canvas, told = page.locator("[data-part=canvas]"), page.locator("[data-part=told]")
    for _ in range(20):
        page.keyboard.press("Tab")
        if canvas.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("ArrowRight")
    assert "middle" in told.inner_text()
    page.keyboard.press("ArrowRight")
    assert "Before" in told.inner_text()
    page.keyboard.press("ArrowUp")
    assert "Élan" in told.inner_text() and told.get_attribute("lang") == "fr"
    page.keyboard.press("Escape")
    assert page.locator("[data-part=card]").is_hidden()
    corner = at(page, 0)
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(100)
    assert ink_at(page, *corner) == 0
    page.keyboard.press("0")
    page.wait_for_timeout(100)
    assert ink_at(page, *corner) > 20
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "p4"
    assert page.locator("#p4").is_visible()


def test_pressing_a_point_opens_its_passage_in_a_closed_fold(opened: Callable) -> None:
    page = opened()
    assert page.locator("#p3").is_hidden()
    page.mouse.click(*at(page, 3))
    assert page.locator("#p3").is_visible()
    assert page.url.endswith("#p3")


def test_a_point_without_a_passage_keeps_its_card_until_closed(opened: Callable) -> None:
    placed = [MapPoint(**{**vars(p), "anchor": "gone"}) for p in points()]
    page = opened(placed)
    page.mouse.click(*at(page, 3))
    card = page.locator("[data-part=card]")
    assert card.locator("button").all_inner_texts() == ["map_close"]
    card.locator("button").click()
    assert card.is_hidden()


def test_a_tap_shows_the_text_and_a_button_opens_it(opened: Callable) -> None:
    page = opened(has_touch=True)
    page.touchscreen.tap(*at(page, 3))
    card = page.locator("[data-part=card]")
    assert PLACED[3][2] in card.inner_text()
    assert page.locator("#p3").is_hidden()
    card.locator("button", has_text="map_open").tap()
    assert page.locator("#p3").is_visible()


def test_legend_hides_a_theme_from_map_and_search(opened: Callable) -> None:
    page = opened()
    legend = page.locator("[data-part=legend] button")
    assert [t.split() for t in legend.all_inner_texts()] == [
        ["Ports", "2"], ["Rail", "3"], ["map_outside", "1"],
    ]  # fmt: skip
    legend.nth(0).click()
    page.wait_for_timeout(100)
    assert legend.nth(0).get_attribute("aria-pressed") == "false"
    assert ink_at(page, *at(page, 0)) == 0 and ink_at(page, *at(page, 2)) > 20
    page.fill("[data-part=search]", "outlet")
    expect(page.locator("[data-part=hits]")).to_have_text("4 of 6 match")
    page.click("[data-part=reset]")
    assert legend.nth(0).get_attribute("aria-pressed") == "true"


def test_the_list_says_what_is_in_view(opened: Callable) -> None:
    page = opened(reduced_motion="reduce")
    page.click("[data-part=list] summary")
    table = page.locator("[data-part=list] table")
    expect(table.locator("caption")).to_have_text("6 of 6 listed")
    page.click("[data-part=in]")
    expect(table.locator("caption")).to_have_text("2 of 2 listed")
    assert EVIL in table.inner_text()
    table.locator("a").first.click()
    assert page.locator("#p4").is_visible()


def test_many_themes_share_an_entry_after_the_first_24(opened: Callable) -> None:
    placed = [(i % 20, i // 20, f"text {i}", "en", i) for i in range(300)]
    page = opened(points(placed), themes=tuple(f"Theme {i}" for i in range(300)))
    entries = page.locator("[data-part=legend] button").all_inner_texts()
    assert len(entries) == 25
    assert entries[-1].split() == ["others", "(276)", "276"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_points_make_a_map_too(opened: Callable, count: int) -> None:
    page = opened(points(PLACED[:count]))
    page.click("[data-part=in]")
    page.focus("[data-part=canvas]")
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-part=told]").inner_text().startswith("Title" if count else "")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_phone_shows_it_whole(opened: Callable, direction: str) -> None:
    page = opened(direction=direction)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("[data-part=canvas]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_the_page_has_no_serious_fault_of_access(opened: Callable) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened()
    # The checker puts a script of its own into the page, past the policy.
    found = axe.Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_texts_are_cut_between_words_and_kept_once() -> None:
    long = "word " * 100
    made = [MapPoint(i, 0, long, "en", None, "", "", "", "") for i in range(500)]
    assert len(map_section(made, WORDS, letters=40).html) < 12_000 + len(
        map_section(made[:1], WORDS).html
    )
    assert "word…" in inflated(map_section(made, WORDS, letters=40))["text"][0][0]


def inflated(section: MapSection) -> dict[str, list]:
    import zlib

    return json.loads(zlib.decompress(base64.b64decode(island(section)["columns"]), wbits=-15))


def test_places_are_kept_to_a_65535th_of_the_longer_side() -> None:
    random = np.random.default_rng(0)
    places = random.normal(size=(50, 2)) * [3, 1]
    made = [MapPoint(x, y, "", "", None, "", "", "", "") for x, y in places]
    data = island(map_section(made, WORDS))
    read = np.frombuffer(base64.b64decode(data["places"]), "<u2").reshape(-1, 2) / 65535
    wanted = (places - places.min(axis=0)) / np.ptp(places[:, 0])
    assert np.abs(read - wanted).max() < 1 / 65535
    assert data["width"] == 1 and data["height"] == pytest.approx(wanted[:, 1].max(), abs=1e-5)


def test_same_points_give_same_bytes() -> None:
    assert map_section(points(), WORDS, themes=["a", "b"]) == map_section(
        points(), WORDS, themes=["a", "b"]
    )


def test_faulty_points_are_named() -> None:
    with pytest.raises(ValueError, match="Point 1 has no place on the map: nan"):
        map_section(points([PLACED[0], (np.nan, 0, "", "", None)]), WORDS, themes=["a", "b"])
    with pytest.raises(ValueError, match="Point 2 is of theme 1; there are 1 themes"):
        map_section(points(), WORDS, themes=["a"])
    with pytest.raises(ValueError, match="no words for map_open"):
        map_section(points(), {k: v for k, v in WORDS.items() if k != "map_open"})


def test_script_has_no_address_and_no_end_tag() -> None:
    script = map_section([], WORDS).script
    names = {"http://www.w3.org/" + rest for rest in (
        "1999/xhtml", "1999/xlink", "2000/svg", "2000/xmlns/", "XML/1998/namespace",
    )}  # fmt: skip
    assert set(re.findall(r"https?://[^\"'`\s)]+", script)) <= names
    assert "</script" not in script.lower()
