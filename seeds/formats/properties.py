"""What office files say of themselves, so far as it can be believed.

Programs fill in titles and authors that nobody has written: "Microsoft Word - a.doc",
"untitled", "User". Such a value is taken for none.
"""

from __future__ import annotations

import re
from pathlib import PurePath

_FILE_NAME = re.compile(
    r"\.(docx?|docm|dotx?|pdf|rtf|odt|txt|html?|indd|qxd|qxp|pptx?|xlsx?|pages|tex|dvi|ps|epub)$",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"^(microsoft (word|powerpoint|office)\b.*|word document"
    r"|(untitled|document|dokument|documento)[\s_-]*\d*"
    r"|sans titre|ohne titel|без имени"
    r"|بدون عنوان|مستند\s*\d*|about:blank|https?://.*"
    r"|title|print|layout\s*\d*|(new|blank) (document|page).*"
    r"|slide\s*\d*|powerpoint presentation)$",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"^(user\s*\d*|(microsoft office|windows|office) user|admin(istrator)?|owner|unknown|anonymous"
    r"|author|root|guest|pc|hp|dell|lenovo|acer|asus|toshiba|compaq|default|python-docx"
    r"|un-?named|utilisateur|benutzer|usuario|мой компьютер|مستخدم|المستخدم)$",
    re.IGNORECASE,
)
_LONGEST = 300


def believable_title(value: object, name: str = "") -> str | None:
    """Return a title if it reads as one of people's; None for a program's, or the file's name."""
    text = " ".join(str(value or "").split())
    has_letters = sum(map(str.isalpha, text)) >= 3
    if not has_letters or len(text) > _LONGEST or _NO_TITLE.match(text) or _FILE_NAME.search(text):
        return None
    if text == PurePath(name).stem or ("_" in text and " " not in text) or _is_garbled(text):
        return None
    return text


def believable_author(value: object) -> str | None:
    """Return an author's name; None for that of a machine or an account."""
    text = " ".join(str(value or "").split())
    has_letters = sum(map(str.isalpha, text)) >= 3
    if not has_letters or len(text) > _LONGEST or _NO_AUTHOR.match(text) or _is_garbled(text):
        return None
    return None if "@" in text or "\\" in text or (text.islower() and " " not in text) else text


def _is_garbled(text: str) -> bool:
    """Tell UTF-16 read as Latin letters, and letters that could not be read."""
    return text.startswith(("þÿ", "ÿþ")) or "\ufffd" in text or "\0" in text
