"""SIB-200 as the benchmarks read it: parallel sentences in 205 languages under BCP 47 tags.

SIB-200 (Adelani et al., 2024; Apache 2.0) labels 1,004 sentences of FLORES-200 (CC BY-SA 4.0) with
7 topics. The file is a tab-separated table: language, index_id, split, category, text.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The 60 languages with most speakers among those with a press of their own, largest first.
LARGEST = [
    "en", "zh", "hi", "es", "fr", "ar", "bn", "pt", "ru", "ur", "id", "de", "ja", "mr", "te",
    "tr", "ta", "vi", "tl", "ko", "fa", "ha", "sw", "jv", "it", "pa", "gu", "th", "kn", "am",
    "yo", "my", "or", "uz", "sd", "ps", "pl", "uk", "ml", "om", "ro", "ig", "ne", "nl", "az",
    "ms", "ku", "so", "mg", "si", "el", "hu", "cs", "sv", "he", "kk", "km", "as", "zu", "sr",
]  # fmt: skip

# FLORES-200 writes ISO 639-3 and a script. The tag is the shortest that says the same; the script
# stays where it is not the usual one of the language.
_TAGS = {
    "afr": "af", "aka": "ak", "als": "sq", "amh": "am", "arb": "ar", "asm": "as", "ayr": "ay",
    "azj": "az", "bak": "ba", "bam": "bm", "bel": "be", "ben": "bn", "bod": "bo", "bos": "bs",
    "bul": "bg", "cat": "ca", "ces": "cs", "cym": "cy", "dan": "da", "deu": "de", "dik": "din",
    "dzo": "dz", "ell": "el", "eng": "en", "epo": "eo", "est": "et", "eus": "eu", "ewe": "ee",
    "fao": "fo", "fij": "fj", "fin": "fi", "fra": "fr", "fuv": "ff", "gaz": "om", "gla": "gd",
    "gle": "ga", "glg": "gl", "grn": "gn", "guj": "gu", "hat": "ht", "hau": "ha", "heb": "he",
    "hin": "hi", "hrv": "hr", "hun": "hu", "hye": "hy", "ibo": "ig", "ind": "id", "isl": "is",
    "ita": "it", "jav": "jv", "jpn": "ja", "kan": "kn", "kas": "ks", "kat": "ka", "kaz": "kk",
    "khk": "mn", "khm": "km", "kik": "ki", "kin": "rw", "kir": "ky", "kmr": "ku", "knc": "kr",
    "kon": "kg", "kor": "ko", "lao": "lo", "lim": "li", "lin": "ln", "lit": "lt", "ltz": "lb",
    "lug": "lg", "lvs": "lv", "mal": "ml", "mar": "mr", "mkd": "mk", "mlt": "mt", "mri": "mi",
    "mya": "my", "nld": "nl", "nno": "nn", "nob": "no", "npi": "ne", "nya": "ny", "oci": "oc",
    "ory": "or", "pan": "pa", "pbt": "ps", "pes": "fa", "plt": "mg", "pol": "pl", "por": "pt",
    "quy": "qu", "ron": "ro", "run": "rn", "rus": "ru", "sag": "sg", "san": "sa", "sin": "si",
    "slk": "sk", "slv": "sl", "smo": "sm", "sna": "sn", "snd": "sd", "som": "so", "sot": "st",
    "spa": "es", "srd": "sc", "srp": "sr", "ssw": "ss", "sun": "su", "swe": "sv", "swh": "sw",
    "tam": "ta", "tat": "tt", "tel": "te", "tgk": "tg", "tgl": "tl", "tha": "th", "tir": "ti",
    "tsn": "tn", "tso": "ts", "tuk": "tk", "tur": "tr", "twi": "tw", "uig": "ug", "ukr": "uk",
    "urd": "ur", "uzn": "uz", "vie": "vi", "wol": "wo", "xho": "xh", "ydd": "yi", "yor": "yo",
    "zho": "zh", "zsm": "ms", "zul": "zu",
}  # fmt: skip
_SECOND_SCRIPTS = {
    "ace_Arab", "arb_Latn", "bjn_Arab", "kas_Deva", "knc_Arab", "min_Arab", "taq_Tfng", "zho_Hant"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its language as a BCP 47 tag, its number among the parallel ones, its topic."""

    language: str
    number: int
    split: str
    topic: str
    text: str


def tag_of(flores: str) -> str:
    """Turn a FLORES-200 code such as ``"arb_Arab"`` into a BCP 47 tag such as ``"ar"``."""
    base, _, script = flores.partition("_")
    tag = _TAGS.get(base, base)
    return f"{tag}-{script}" if flores in _SECOND_SCRIPTS else tag


def read_sentences(path: Path, split: str | None = None) -> Iterator[Sentence]:
    """Read the sentences of a split ("train", "dev", "test"), or all of them, in file order."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        for language, number, part, topic, text in rows:
            if split is None or part == split:
                yield Sentence(tag_of(language), int(number), part, topic, text)
