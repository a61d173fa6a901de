"""Where a fact was said: the file, the sheet, the row, and where it is known the very cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    """Where a fact was said: file, sheet and 1-based row; ``cell`` (C17) where it is known."""

    file: str
    sheet: str
    row: int
    cell: str | None = None

    def as_record(self) -> dict[str, Any]:
        """Give the origin as JSON contracts write it."""
        return {"file": self.file, "sheet": self.sheet, "row": self.row, "cell": self.cell}


class Origins:
    """Finds origins; each sheet is looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sheets: dict[int, tuple[str, str]] = {}
        self._letters: dict[int, dict[str, str]] = {}

    def at(self, sheet_id: int, row: int, columns: Iterable[str] = ()) -> Origin:
        """Give the origin of a row; its cell in the first of the columns that the sheet has."""
        if sheet_id not in self._sheets:
            found = self._session.execute(
                select(Import.file_name, ImportSheet.name)
                .join(Import, Import.id == ImportSheet.import_id)
                .where(ImportSheet.id == sheet_id)
            ).one()
            self._sheets[sheet_id] = (found[0], found[1])
            letters = self._session.execute(
                select(ImportColumn.field, ImportColumn.letter).where(
                    ImportColumn.sheet_id == sheet_id, ImportColumn.letter != ""
                )
            )
            self._letters[sheet_id] = {row.field: row.letter for row in letters}
        file, sheet = self._sheets[sheet_id]
        known = self._letters[sheet_id]
        letter = next((known[column] for column in columns if column in known), None)
        return Origin(file=file, sheet=sheet, row=row, cell=f"{letter}{row}" if letter else None)
