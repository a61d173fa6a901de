"""What is entered at the desk, not read from a file: an import like any other, undone alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from jingzhun.core.terms import Term
from jingzhun.rosters import SheetWords
from jingzhun.services.hand import Hand
from jingzhun.services.recording.contents import keep
from jingzhun.services.recording.record import record_sheet
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.services.seals import remember
from jingzhun.store.bulk import insert_rows
from jingzhun.store.schema import Import, ImportColumn, ImportSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The import's number, and how many of its rows added or changed something."""

    import_id: int
    added: int
    changed: int


def enter(session: Session, sheets: Sequence[SheetWords], title: str, hand: Hand) -> Entered:
    """Record what was entered as one import called ``title``; a sheet's name says why."""
    import_id = _number(session, insert(Import).values(
        file_name=title, file_sha256=None, stated_on=max(words.stated_on for words in sheets),
        whole=False, actor=hand.actor, os_user=hand.os_user, command=hand.command,
        recorded_at=hand.recorded_at,
    ))  # fmt: skip
    counts = [_enter_sheet(session, import_id, words) for words in sheets]
    added, changed = (sum(column) for column in zip(*counts, strict=True))
    return Entered(import_id=import_id, added=added, changed=changed)


def _enter_sheet(session: Session, import_id: int, words: SheetWords) -> tuple[int, int]:
    connection = session.connection()
    rows = len(words.batch)
    sheet_id = _number(session, insert(ImportSheet).values(
        import_id=import_id, name=words.sheet, kind=words.kind.value, stated_on=words.stated_on,
        term_starts_on=Term.of(words.stated_on).period.start, row_count=rows, same=rows,
    ))  # fmt: skip
    insert_rows(
        connection,
        ImportColumn.__table__,  # type: ignore[arg-type]
        ("sheet_id", "field", "letter", "header"),
        [(sheet_id, name, words.letters.get(name, ""), "") for name in words.batch.columns],
    )
    keep(connection, sheet_id, words, None)
    remember(session, "sheets", sheet_id)
    sheet = SheetRecorder(connection, words, sheet_id)
    added, changed = record_sheet(sheet, with_sources=True)
    connection.execute(
        update(ImportSheet)
        .where(ImportSheet.id == sheet_id)
        .values(added=added, changed=changed, same=rows - added - changed)
    )
    return added, changed


def _number(session: Session, statement: Any) -> int:
    key = session.connection().execute(statement).inserted_primary_key
    return int(key[0])  # type: ignore[index]
