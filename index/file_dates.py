"""When the files that were added were written: the only clock that an answer may go by."""

from __future__ import annotations

from datetime import date, datetime, timezone

from .collection import Collection


def newest_file(collection: Collection) -> date | None:
    """Return the day, in UTC, on which the newest file was written; None where none is known."""
    newest = collection.query("SELECT max(modified_ns) FROM documents")[0][0] or 0
    return datetime.fromtimestamp(newest / 1e9, timezone.utc).date() if newest > 0 else None
