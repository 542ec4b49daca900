"""How often the encoding of a text is told right: ours beside the libraries.

    python benchmarks/decoding.py SIB200.tsv.gz [--split train]
    python benchmarks/decoding.py --tatoeba FOLDER --xquad XQUAD.jsonl.gz [--others NAME ...]

Real text of each language is written in the encodings that were used for it, cut to 50, 200 and
1,000 bytes and to 20,000, and read without a word about its encoding. An answer is right when the
text comes out letter for letter. Pieces of ASCII alone, and those that an encoding cannot hold,
are passed over. What `seeds/decoding.py` weighs was chosen on the train split of SIB-200; figures
to report come from Tatoeba and XQuAD, and for languages that these lack from SIB-200's test split.
"""

from __future__ import annotations

import argparse
import codecs
import csv
import gzip
import json
import random
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from marsad.seeds import SeedError
from marsad.seeds.decoding import decode

Detector = Callable[[bytes], str | None]

LENGTHS = (50, 200, 1000, 20_000)
# Pieces of each language, encoding and length.
PIECES = 12
_WESTERN = ("cp1252", "iso8859-15", "mac_roman", "cp850")
_CENTRAL = ("cp1250", "iso8859-2", "cp852")
_BALTIC = ("cp1257", "iso8859-13")
_CYRILLIC = ("cp1251", "iso8859-5", "koi8-u", "cp866")
# The encodings in which texts of a language lie about, by the codes of SIB-200.
ENCODINGS = {
    **dict.fromkeys(
        ("deu", "fra", "spa", "ita", "nld", "por", "cat",
         "dan", "nob", "swe", "fin", "isl", "glg", "eus"), _WESTERN,
    ),
    **dict.fromkeys(("pol", "ces", "slk", "hun", "slv", "hrv", "bos"), _CENTRAL),
    "ron": ("cp1250", "iso8859-2", "iso8859-16"),
    **dict.fromkeys(("lit", "lvs"), _BALTIC), "est": ("cp1257", "iso8859-15"),
    "tur": ("cp1254", "iso8859-9", "cp857"), "epo": ("iso8859-3",), "mlt": ("iso8859-3",),
    "kmr": ("cp1254",), "kur": ("cp1254",),
    "ell": ("cp1253", "iso8859-7"),
    "rus": ("cp1251", "iso8859-5", "koi8-r", "cp866", "mac_cyrillic"),
    "ukr": ("cp1251", "koi8-u", "iso8859-5"), "bul": ("cp1251", "iso8859-5"),
    "bel": ("cp1251", "iso8859-5"), "mkd": ("cp1251", "iso8859-5"), "srp": ("cp1251", "iso8859-5"),
    "kaz": ("kz1048",),
    "heb": ("cp1255", "iso8859-8"), "arb": ("cp1256", "iso8859-6"), "pes": ("cp1256",),
    "urd": ("cp1256",), "vie": ("cp1258",), "tha": ("cp874",),
    "jpn": ("cp932", "euc_jp", "iso2022_jp"), "kor": ("cp949", "iso2022_kr"),
    "zho_Hans": ("gb18030", "gb2312", "hz"), "zho_Hant": ("big5",),
}  # fmt: skip
# What every language is written in.
UNICODE = ("utf-16-le", "utf-16-be", "broken utf-8")
# Languages of which what the libraries do with Unicode is asked.
UNICODE_LANGUAGES = (
    "deu", "pol", "rus", "arb", "pes", "vie", "tha", "jpn", "zho_Hans", "kor", "hin"
)  # fmt: skip
_CODES = {"ara": "arb", "cmn": "zho_Hans", "ar": "arb", "de": "deu", "el": "ell", "en": "eng",
          "es": "spa", "hi": "hin", "ro": "ron", "ru": "rus", "th": "tha", "tr": "tur", "vi": "vie",
          "zh": "zho_Hans"}  # fmt: skip
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True)
class Piece:
    """A text in an encoding."""

    language: str
    encoding: str
    length: int
    data: bytes
    text: str


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sib200", type=Path, nargs="?", help="sib200.tsv.gz")
    parser.add_argument("--split", default="test", choices=["train", "dev", "test"])
    parser.add_argument("--tatoeba", type=Path, help="folder of XXX-eng.tsv")
    parser.add_argument("--xquad", type=Path, help="xquad.jsonl.gz")
    parser.add_argument("--others", nargs="*", default=[], choices=sorted(OTHERS))
    parser.add_argument("--only", nargs="*", help="languages or encodings")
    parser.add_argument("--wrong", type=int, default=0, help="show so many of our errors")
    arguments = parser.parse_args()

    texts: dict[str, list[str]] = defaultdict(list)
    for language, text in _texts(arguments):
        texts[language].append(text)
    pieces = [
        piece
        for language, sentences in sorted(texts.items())
        for piece in pieces_of(language, sentences)
        if not arguments.only or {piece.language, piece.encoding} & set(arguments.only)
    ]
    detectors: dict[str, Detector] = {name: OTHERS[name]() for name in arguments.others}
    results = {"marsad": score(_read, pieces)}
    results.update(
        (name, score(lambda data, ask=ask: _decoded(data, ask(data)), pieces))
        for name, ask in detectors.items()
    )
    print_tables(pieces, results)
    for piece, right in zip(pieces, results["marsad"].right, strict=True):
        if not right and arguments.wrong > 0:
            arguments.wrong -= 1
            print(piece.language, piece.encoding, piece.length)
            for text in (piece.text, _read(piece.data)):
                print("   ", text[:90].replace("\n", " "))


def pieces_of(language: str, sentences: list[str]) -> Iterator[Piece]:
    """Yield pieces of a language in each of its encodings."""
    chance = random.Random(language)
    encodings = ENCODINGS.get(language, ())
    if language in UNICODE_LANGUAGES:
        encodings += UNICODE
    for encoding in encodings:
        for length in LENGTHS:
            for _ in range(PIECES if length < LENGTHS[-1] else 2):
                piece = _piece(language, encoding, length, sentences, chance)
                if piece and not piece.text.isascii():
                    yield piece


@dataclass(frozen=True)
class Score:
    """Which pieces came out right, and how long all of them took."""

    right: list[bool]
    seconds: float


def score(read: Callable[[bytes], str], pieces: list[Piece]) -> Score:
    """Read every piece, and compare it with its text."""
    start = time.perf_counter()
    found = [read(piece.data) for piece in pieces]
    seconds = time.perf_counter() - start
    pairs = zip(found, pieces, strict=True)
    return Score([_same(text, piece.text) for text, piece in pairs], seconds)


def print_tables(pieces: list[Piece], results: dict[str, Score]) -> None:
    """Print the share that is right by length, by encoding and by language."""
    groupings: dict[str, Callable[[Piece], str]] = {
        "bytes": lambda piece: f"{piece.length:6d}",
        "encoding": lambda piece: piece.encoding,
        "language": lambda piece: piece.language,
        "all": lambda piece: "all",
    }
    for title, key in groupings.items():
        print(f"{title:14}{'pieces':>8}" + "".join(f"{name:>20}" for name in results))
        groups: dict[str, list[int]] = defaultdict(list)
        for number, piece in enumerate(pieces):
            groups[key(piece)].append(number)
        for group, numbers in sorted(groups.items()):
            shares = [sum(r.right[n] for n in numbers) / len(numbers) for r in results.values()]
            print(f"{group:14}{len(numbers):8}" + "".join(f"{share:20.3f}" for share in shares))
    print("seconds" + " " * 15 + "".join(f"{r.seconds:20.1f}" for r in results.values()))


def _piece(
    language: str, encoding: str, length: int, sentences: list[str], chance: random.Random
) -> Piece | None:
    """Put sentences together up to a length in an encoding; None if it can hold too few."""
    text, size = "", 0
    for _ in range(40 + length // 10):
        sentence = _as_written_in(encoding, chance.choice(sentences))
        if _encoded(sentence, encoding) is None:
            continue
        text += sentence + "\n"
        size += len(_encoded(sentence, encoding) or b"") + 1
        if size >= length:
            break
    else:
        return None
    while len(data := _encoded(text, encoding) or b"") > length:
        text = text[: min(len(text) - 1, int(len(text) * length / len(data)) + 1)]
    if encoding == "broken utf-8":
        return Piece(language, encoding, length, *_broken(text, chance))
    return Piece(language, encoding, length, data, text)


def _as_written_in(encoding: str, text: str) -> str:
    """Return a text with the letters that an encoding has in place of those it lacks."""
    text = text.replace("\ufeff", "")
    text = text.replace("\u200c", "") if encoding != "cp1256" else text
    if encoding == "cp1258":
        return "".join(_with_tones_apart(character) for character in text)
    if encoding in ("cp1250", "iso8859-2"):  # Romanian was written with cedillas
        text = text.translate(str.maketrans("șțȘȚ", "şţŞŢ"))
    if encoding in ("cp1256", "iso8859-6"):
        text = text.translate(str.maketrans("یۀ", "يه"))
    if encoding.startswith("iso"):
        text = text.translate(str.maketrans("“”„’‘–—…", '"""\'\'--.'))
    return text


def _with_tones_apart(character: str) -> str:
    """Return a Vietnamese letter as Windows-1258 has it: its tone follows as a mark."""
    parts = unicodedata.normalize("NFD", character)
    tones = "".join(part for part in parts if part in _TONES)
    if character in "àáèéùúóñÀÁÈÉÙÚÓÑ":
        return character
    rest = "".join(part for part in parts if part not in _TONES)
    return unicodedata.normalize("NFC", rest) + tones


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode("utf-8" if encoding == "broken utf-8" else encoding)
    except UnicodeEncodeError:
        return None


def _broken(text: str, chance: random.Random) -> tuple[bytes, str]:
    """Return UTF-8 with a letter in every 200 cut in its middle, and the text that is left."""
    places = {i for i, c in enumerate(text) if ord(c) > 127 and chance.random() < 0.005}
    pieces = [c.encode()[: -1 if i in places else None] for i, c in enumerate(text)]
    return b"".join(pieces), "".join("\ufffd" if i in places else c for i, c in enumerate(text))


def _same(found: str, text: str) -> bool:
    return unicodedata.normalize("NFC", found) == unicodedata.normalize("NFC", text)


def _read(data: bytes) -> str:
    try:
        return decode(data, "piece").text
    except SeedError:
        return ""


def _decoded(data: bytes, encoding: str | None) -> str:
    try:
        codec = codecs.lookup(encoding or "")
    except LookupError:
        return ""
    return codec.decode(data, "replace")[0]


def _texts(arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    if arguments.sib200:
        with gzip.open(arguments.sib200, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["split"] == arguments.split:
                    code = row["language"]
                    yield (code if code.startswith("zho") else code[:3]), row["text"]
    for path in sorted(arguments.tatoeba.glob("*-eng.tsv")) if arguments.tatoeba else ():
        code = path.name.split("-")[0]
        for line in path.read_text("utf-8").splitlines():
            yield _CODES.get(code, code), line.split("\t")[0]
    if arguments.xquad:
        with gzip.open(arguments.xquad, "rt", encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                yield _CODES[record["language"]], record["text"]


def _charset_normalizer() -> Detector:
    import charset_normalizer

    def ask(data: bytes) -> str | None:
        best = charset_normalizer.from_bytes(data).best()
        return best.encoding if best else None

    return ask


def _chardet() -> Detector:
    import chardet

    return lambda data: chardet.detect(data)["encoding"]


def _cchardet() -> Detector:
    import cchardet

    return lambda data: cchardet.detect(data)["encoding"]


def _chardetng() -> Detector:
    import chardetng_py

    return lambda data: str(chardetng_py.detect(data))


OTHERS: dict[str, Callable[[], Detector]] = {
    "cchardet": _cchardet, "chardet": _chardet, "chardetng": _chardetng,
    "charset_normalizer": _charset_normalizer,
}  # fmt: skip


if __name__ == "__main__":
    main()
