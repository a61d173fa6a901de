"""Which file, sheet and row said what, and what was changed or not believed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.store.schema.base import Base


class Import(Base):
    """One file brought in, or one correction by hand: the unit of undo."""

    __tablename__ = "import"
    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str | None] = mapped_column(index=True)
    stated_on: Mapped[date]  # the snapshot date
    whole: Mapped[bool] = mapped_column(default=False)  # --full: closes what it no longer holds
    undone_at: Mapped[datetime | None]
    actor: Mapped[str]
    os_user: Mapped[str]
    command: Mapped[str]
    recorded_at: Mapped[datetime]


class ImportSheet(Base):
    """One sheet of an import, with its counts of source rows.

    Every source row is in exactly one of added, changed, same and refused; ``noticed`` counts rows
    that carry at least one notice.
    """

    __tablename__ = "import_sheet"
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str | None]  # None: not a list we know, or nothing in it
    stated_on: Mapped[date]
    term_starts_on: Mapped[date]  # first day of the term that stated_on lies in
    whole: Mapped[bool] = mapped_column(default=False, server_default=false())
    row_count: Mapped[int]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    noticed: Mapped[int] = mapped_column(default=0)
    __table_args__ = (CheckConstraint("row_count = added + changed + same + refused", name="sum"),)


class SheetContent(Base):
    """What an imported sheet said: its accepted rows, so that they can be said again.

    ``content`` is compressed JSON (``recording.contents``); None where a sheet of the same bytes
    said the same before: ``same_as``. Undoing an import says again what all the others said.
    """

    __tablename__ = "sheet_content"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    content: Mapped[bytes | None]
    same_as: Mapped[int | None] = mapped_column(ForeignKey("import_sheet.id"))


class ImportColumn(Base):
    """Which fields a sheet spoke about, and under which header: where a cell's fact came from."""

    __tablename__ = "import_column"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    letter: Mapped[str]
    header: Mapped[str]


class ImportProblem(Base):
    """A fault or notice of an import, as it was shown; values are masked before they come here."""

    __tablename__ = "import_problem"
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    letter: Mapped[str]
    field: Mapped[str]
    code: Mapped[str]
    severity: Mapped[str]
    value: Mapped[str]
    message: Mapped[str]


class Source(Base):
    """Which workbook row spoke about which person, household, staff member or pair.

    One row for each accepted workbook row of a file not seen before (by its bytes); a timeline
    row's own origin is its ``sheet_id`` and ``row_number``. What the row says of its person's
    schooling stands here as it was said: enrolments and boarding are derived from these words
    (``core.rolls``). ``said_on``: the day that it speaks of, where not its sheet's. So do
    categories, recognitions and pairs from its words on them, which are JSON (``core.dated``).
    """

    __tablename__ = "source"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    stage: Mapped[str | None]
    grade: Mapped[int | None]
    class_no: Mapped[int | None]
    entered_on: Mapped[date | None]
    boarding: Mapped[str | None]
    said_on: Mapped[date | None]
    categories: Mapped[str | None]
    recognition: Mapped[str | None]
    pairing: Mapped[str | None]
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "household_id"),
        Index(None, "staff_id"),
        {"sqlite_with_rowid": False},
    )


class Claim(Base):
    """What a list said that does not own the fact, where it differs from the owner's word."""

    __tablename__ = "claim"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    field: Mapped[str]
    value: Mapped[str]
    held: Mapped[str]  # what the ledger held, and kept
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]


class Revision(Base):
    """A changed undated fact with its old value: nothing is lost, and an import can be undone.

    ``old`` is JSON of the former value.
    """

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str]
    record_id: Mapped[int]
    field: Mapped[str]
    old: Mapped[str | None]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (Index(None, "table_name", "record_id"),)
