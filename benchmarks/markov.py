"""As many paragraphs as wanted, from word chains over real texts, a fifth of them planted copies.

    python benchmarks/markov.py EVAL FILE [--count 1000000] [--seed 1]

EVAL is as in `duplicates.py`. Half of the paragraphs are Arabic, the others in 35 languages; each
has 20 to 80 words. The next word is one that follows the last in a real text, or, one time in
four, any word of the language as often as it is used: without that, chains over the thousand
sentences of a language would write the same stretches again and again. FILE is JSON Lines, a
text each; a copy also names its edit and the lines of its bases. Nothing is held but the chains.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from duplicates import paragraphs
from edits import units
from planting import NAMES, copy_of, edits_for, word_lists

WORDS = (20, 80)
JUMP = 0.25
COPIES = 0.2
_ARABIC = 0.5
_WAITING = 64  # texts a language among which bases are drawn


@dataclass
class Chain:
    """The words of a language as often as they are used, and those that follow each."""

    words: list[str] = field(default_factory=list)
    after: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, text: str) -> None:
        """Take the words of a text in, each with the space behind it."""
        found = [word + gap for word, gap in units(text)]
        self.words += found
        for first, second in itertools.pairwise(found):
            self.after[first].append(second)

    def paragraph(self, chance: random.Random) -> str:
        """Write one."""
        word = chance.choice(self.words)
        made = [word]
        for _ in range(chance.randint(*WORDS) - 1):
            known = self.after.get(word)
            word = chance.choice(known if known and chance.random() >= JUMP else self.words)
            made.append(word)
        return "".join(made).strip()


def chains(folder: Path) -> dict[str, Chain]:
    """Read the real texts into a chain a language."""
    found: dict[str, Chain] = defaultdict(Chain)
    for half in ("tune", "test"):
        for paragraph in paragraphs(folder, half):
            found[paragraph.language].learn(paragraph.text.replace("\n", " ") + " ")
    return dict(found)


def markov_paragraphs(known: dict[str, Chain], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield `count` paragraphs with their languages."""
    chance = random.Random(seed)
    others = sorted(set(known) - {"ar"})
    for _ in range(count):
        language = "ar" if chance.random() < _ARABIC else chance.choice(others)
        yield language, known[language].paragraph(chance)


def with_copies(known: dict[str, Chain], count: int, seed: int) -> Iterator[dict[str, object]]:
    """Yield `count` rows, a fifth of them copies of rows shortly before them."""
    chance = random.Random(seed)
    lists = {tag: word_lists([" ".join(c.words)], [tag])[tag] for tag, c in known.items()}
    edits = {tag: edits_for(words) for tag, words in lists.items()}
    waiting: dict[str, list[tuple[int, str]]] = defaultdict(list)
    place = copied = 0
    for language, text in markov_paragraphs(known, count, seed):
        yield {"text": text}
        bases = waiting[language]
        bases.append((place, text))
        place += 1
        name = NAMES[copied % len(NAMES)]
        if len(bases) > 1 and place < count and chance.random() < COPIES / (1 - COPIES):
            taken = [bases.pop(chance.randrange(len(bases))) for _ in range(1 + (name == "merged"))]
            copy = copy_of("\n".join(t for _, t in taken), edits[language][name], chance)
            yield {"text": copy, "edit": name, "bases": [number for number, _ in taken]}
            place += 1
            copied += 1
        del bases[:-_WAITING]
        if place >= count:
            return


def write(folder: Path, file: Path, count: int, seed: int) -> None:
    """Write the rows to a file."""
    with file.open("w", encoding="utf-8") as out:
        for row in with_copies(chains(folder), count, seed):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write(arguments.eval, arguments.file, arguments.count, arguments.seed)


if __name__ == "__main__":
    main()
