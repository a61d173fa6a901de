"""Where a fact was said: the file, the sheet, the row, and where it is known the very cell."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from jingzhun.core.places import SheetName, entry_name
from jingzhun.core.vocabulary import MONITORED, Category
from jingzhun.store.schema import Import, ImportColumn, ImportSheet

#: The columns in which a list says a fact, the most telling first.
_ALLOWANCES = frozenset({Category.RURAL_ALLOWANCE, Category.URBAN_ALLOWANCE})
_DESTITUTE = frozenset({Category.RURAL_DESTITUTE, Category.URBAN_DESTITUTE})
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "enrolment": ("school", "grade", "grade_class", "school_grade", "class_no"),
    "stage": ("stage", "grade", "grade_class", "school_grade"),
    "grade": ("grade", "grade_class", "school_grade"),
    "boarding": ("boarding", "is_boarder"),
    "standing": ("change", "status"),
    "recognition": ("tier", "tier_text", "is_recognised", "reasons"),
    "meals": ("meal_days", "days"),
    "absence": ("absent_on", "absent_from"),
}


def columns_of(fact: str) -> tuple[str, ...]:
    """Give the columns that may say a fact, or of a household the ``category`` of this code."""
    if fact in _ALLOWANCES:
        return ("allowance", "household_type")
    if fact in _DESTITUTE:
        return ("destitute", "household_type")
    if fact in MONITORED:
        return ("monitored_kind", "household_type")
    return _COLUMNS.get(fact, ("household_type", "lifted_state", "is_registered"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a fact was said: sheet and 1-based row; ``cell`` (C17) where it is known."""

    sheet: SheetName
    row: int
    cell: str | None = None

    def as_record(self) -> dict[str, Any]:
        """Give the origin as JSON contracts write it."""
        return {**self.sheet.place(self.row), "cell": self.cell}


def sheet_names(
    connection: Connection, among: Collection[int] | None = None
) -> dict[int, SheetName]:
    """Give the names of some sheets, or of all."""
    columns = (Import.file_name, Import.file_sha256, Import.command, Import.recorded_at,
               Import.actor)  # fmt: skip
    query = select(ImportSheet.id, ImportSheet.name, *columns).join(
        Import, Import.id == ImportSheet.import_id
    )
    if among is not None:
        query = query.where(ImportSheet.id.in_(among))
    names = {}
    for number, sheet, file, sha256, command, recorded_at, actor in connection.execute(query):
        # What no file said was entered at the desk.
        is_entry = sha256 is None
        if is_entry:
            file = entry_name(file, command=command, recorded_at=recorded_at, actor=actor)  # noqa: PLW2901 - as it is known
        names[number] = SheetName(file=file, sheet=sheet, is_entry=is_entry)
    return names


class Origins:
    """Finds origins; each sheet is looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sheets: dict[int, SheetName] = {}
        self._letters: dict[int, dict[str, str]] = {}

    def at(self, sheet_id: int, row: int, columns: Iterable[str] = ()) -> Origin:
        """Give the origin of a row; its cell in the first of the columns that the sheet has."""
        if sheet_id not in self._sheets:
            self._sheets |= sheet_names(self._session.connection(), [sheet_id])
            letters = self._session.execute(
                select(ImportColumn.field, ImportColumn.letter).where(
                    ImportColumn.sheet_id == sheet_id, ImportColumn.letter != ""
                )
            )
            self._letters[sheet_id] = {row.field: row.letter for row in letters}
        known = self._letters[sheet_id]
        letter = next((known[column] for column in columns if column in known), None)
        cell = f"{letter}{row}" if letter else None
        return Origin(sheet=self._sheets[sheet_id], row=row, cell=cell)
