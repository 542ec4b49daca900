"""What people decided, and what groups were called: the part of an export that no text tells."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from ..collection import Collection
from ..reviews import SETTING
from ..statements import put_setting
from .tables import damaged

DECISIONS = "decisions.json"
# Tables and their columns, those that hold bytes marked; bytes are written as hexadecimal digits.
_TABLES = {
    "boilerplate": ("hash*", "source", "state"),
    "reviews": ("first*", "second*", "relation", "score", "same"),
    "groups": ("kind", "id", "name", "middle*"),
    "group_members": ("kind", "member", "id"),
    "group_events": ("number", "run", "kind", "event", "id", "others", "name"),
}

Form = dict[str, Any]


def decisions_of(collection: Collection) -> Form | None:
    """Return what was decided; None if nothing was.

    ``{"near_from": …, "boilerplate": [[…], …], "reviews": …, "groups": …, …}``, rows as the
    columns of each table, in their order.
    """
    form: Form = {"near_from": collection.setting(SETTING, None)}
    for table, columns in _TABLES.items():
        names = [column.rstrip("*") for column in columns]
        records = collection.query(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1, 2, 3")
        form[table] = [[_plain(value) for value in record] for record in records]
    return form if any(form.values()) else None


def write_decisions(path: Path, form: Form) -> None:
    """Write them as JSON."""
    path.write_text(json.dumps(form, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def restore_decisions(collection: Collection, path: Path) -> None:
    """Put what was decided into a collection that was made from the same export.

    Raises
    ------
    CollectionDamaged
        If the file does not hold what it should.
    """
    try:
        form = json.loads(path.read_bytes())
        rows = {
            table: [_stored(r, columns) for r in form[table]] for table, columns in _TABLES.items()
        }
        limit = form["near_from"]
        with collection.writing() as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table, columns in _TABLES.items():
                marks = ", ".join("?" * len(columns))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])
            if limit is not None:
                put_setting(connection, SETTING, float(limit))
            collection.finish(connection)
    except (ValueError, LookupError, TypeError, sqlite3.Error) as error:
        raise damaged(path, f"it does not hold decisions as it should ({error})") from None


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _stored(record: list[Any], columns: tuple[str, ...]) -> list[Any]:
    pairs = zip(record, columns, strict=True)
    return [bytes.fromhex(value) if column.endswith("*") else value for value, column in pairs]
