"""What is asked: the sentence, the phrases that must occur, the words that must not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import regex

from ..seeds import normal_form, term_forms

# "a phrase" or “a phrase”, and -word or -"a phrase", each after a space; what follows a closing
# quote is text again. Guillemets are left to the text, because news is full of them.
_PART = regex.compile(
    r'(?P<minus>(?<!\S)-(?=["“\p{L}]))?(?:["“](?P<phrase>[^"“”]+)["”]|(?P<word>\S+))'
)
# What right-to-left keyboards and copied text put around a minus or a quotation mark, unseen.
_DIRECTIONS = regex.compile(r"\p{Bidi_Control}|\ufeff")
# Scripts in which a word may stand amid others without a space.
_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Khmer}\p{Lao}\p{Myanmar}\p{Tibetan}]"
)
# One letter of them with its marks; sara am has two parts in normal form.
_LONE = regex.compile(rf"{_UNSPACED.pattern}(?:\p{{M}}|(?<=\u0e4d)\u0e32|(?<=\u0ecd)\u0eb2)*")


@dataclass(frozen=True)
class Question:
    """A query, read.

    Attributes
    ----------
    text : str
        What is to be said, phrases among it; without what must not occur. May be empty.
    phrases, excluded : tuple of str
        As they were asked, none twice in normal form. Every phrase must stand in a passage,
        nothing excluded may.
    """

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: str) -> Question:
        """Read a query: ``"a phrase"`` must occur, ``-word`` and ``-"a phrase"`` must not.

        A quote that is never closed and a minus alone are part of the text. Marks of direction
        are left out.
        """
        text: list[str] = []
        phrases: dict[str, str] = {}
        excluded: dict[str, str] = {}
        end = -1
        for part in _PART.finditer(_DIRECTIONS.sub("", query)):
            said = part["phrase"] or part["word"]
            normal = normal_form(said)
            if part["minus"] and normal:
                excluded.setdefault(normal, said)
                continue
            if part["phrase"] and normal:
                phrases.setdefault(normal, said)
            said = part.group() if part["minus"] else said
            if part.start() == end:  # right after a closing quote
                said = text.pop() + said
            text.append(said)
            end = part.end()
        return cls(" ".join(text), tuple(phrases.values()), tuple(excluded.values()))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms of the text, each once, in order."""
        return tuple(dict.fromkeys(term_forms(self.text)))

    @cached_property
    def phrase_terms(self) -> tuple[tuple[str, ...], ...]:
        """The terms of each phrase; what stands in a row in every passage that says it.

        A letter that makes a pair with what follows it elsewhere tells nothing: such a phrase
        is left out.
        """
        runs = [tuple(term_forms(phrase)) for phrase in self.phrases]
        return tuple(r for r in runs if r and not any(_LONE.fullmatch(t) for t in r))

    def admits(self, text: str) -> bool:
        """Tell whether every phrase stands in a text and nothing that is excluded does."""
        if not self.phrases and not self.excluded:
            return True
        normal = f" {normal_form(text)} "
        return all(_stands_in(phrase, normal) for phrase in self._phrases) and not any(
            _stands_in(word, normal) for word in self._excluded
        )

    @cached_property
    def _phrases(self) -> list[str]:
        return [normal_form(phrase) for phrase in self.phrases]

    @cached_property
    def _excluded(self) -> list[str]:
        return [normal_form(word) for word in self.excluded]


def _stands_in(phrase: str, normal: str) -> bool:
    return (phrase if _UNSPACED.search(phrase) else f" {phrase} ") in normal
