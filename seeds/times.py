"""Times of day in a text, with their offsets where they are written."""

from __future__ import annotations

import re

_WIDEST_OFFSET = 14 * 60  # minutes

_BEFORE_NOON = r"a\.?m\.?|ص|صباحا|صباحًا|ق\.?ظ|ÖÖ|π\.?μ\.?|पूर्वाह्न"
_AFTER_NOON = r"p\.?m\.?|م|مساء|مساءً|بعد الظهر|ب\.?ظ|ÖS|μ\.?μ\.?|अपराह्न"
TIME = re.compile(
    r"(?:(?P<early>上午|午前|凌晨|早上|오전)|(?P<late>下午|午後|晚上|오후))? ?"
    r"(?<![\d:.])(?P<hour>\d{1,2})(?: ?: ?|h| h |[時时点點시] ?)(?P<minute>\d\d)(?!\d)"
    r"(?:(?::|[分분] ?)(?P<second>\d\d)(?:[.,]\d{1,9})?[秒초]?|[分분])?"
    rf"(?: ?(?:(?P<am>{_BEFORE_NOON})|(?P<pm>{_AFTER_NOON}))(?!\w))?"
    r"(?: ?(?P<zone>Z(?!\w)|(?:UTC|GMT)? ?[+-]\d{1,2}(?::?\d\d)?(?![\d/.-])|(?:UTC|GMT)(?!\w)"
    r"|بتوقيت (?:غرينتش|جرينتش|جرينيتش)))?",
    re.I,
)
HOUR_ALONE = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2}) ?(?:(?P<am>a\.?m\.?)|(?P<pm>p\.?m\.?))(?!\w)", re.I
)
DOTTED_TIME = re.compile(r"(?<![\d:./])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?![\d.])")


def time_in(text: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """Return the first time in a text, as ISO 8601 writes it, and the text without it.

    Nothing, and the text as it is, where there is none. `pattern` is one of `TIME`, `HOUR_ALONE`
    (``3 pm``) and `DOTTED_TIME`.
    """
    found = pattern.search(text)
    if found is None:
        return "", text
    parts = found.groupdict()
    hour = int(parts["hour"])
    if parts.get("pm") or parts.get("late"):
        hour += 12 if hour < 12 else 0
    elif (parts.get("am") or parts.get("early")) and hour == 12:
        hour = 0
    second = parts.get("second")
    time = time_of_day(
        hour, int(parts.get("minute") or 0), int(second) if second else None, parts.get("zone")
    )
    return (time, f"{text[: found.start()]} {text[found.end() :]}") if time else ("", text)


def time_of_day(hour: int, minute: int, second: int | None, zone: str | None) -> str | None:
    """Return a time as ISO 8601 writes it behind a date; None where there is no such time."""
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    offset = _offset(zone) if zone else ""
    return f"T{hour:02}:{minute:02}" + ("" if second is None else f":{second:02}") + offset


def _offset(zone: str) -> str:
    """Return an offset as ISO 8601 has it; one that there is nowhere is left out."""
    found = re.search(r"([+-])(\d{1,2})(?::?(\d\d))?$", zone)
    if found is None:
        return "+00:00"
    hours, minutes = int(found[2]), int(found[3] or 0)
    if minutes > 59 or hours * 60 + minutes > _WIDEST_OFFSET:
        return ""
    return f"{found[1]}{hours:02}:{minutes:02}"
