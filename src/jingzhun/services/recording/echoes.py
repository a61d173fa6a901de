"""What other lists said of the same people: read again from what is kept of them.

Where lists contradict each other, what holds follows from all their words (decision 0005), so the
words of those that came before are wanted once more. They are not kept twice: see ``contents``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from jingzhun.core.vocabulary import Kind
from jingzhun.services.recording.contents import kept_sheets
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import Import, ImportSheet, Source

Subjects = Sequence[int | None]
_Row = tuple[int | None, int | None, int | None]
_NOBODY: _Row = (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Another list, with the subjects of its rows as far as they were asked for."""

    sheet: SheetRecorder
    people: Subjects
    households: Subjects
    staff: Subjects

    @property
    def subjects(self) -> Mapping[str, Subjects]:
        """The subjects of the rows, by what an entry may be about."""
        return {"person": self.people, "household": self.households, "staff": self.staff}


def echoes(
    sheet: SheetRecorder,
    kinds: Collection[Kind],
    *,
    people: Collection[int | None] = (),
    households: Collection[int | None] = (),
    staff: Collection[int | None] = (),
) -> Iterator[Echo]:
    """Give the lists of some kinds, heard before ``sheet``, that speak of the subjects.

    No subjects at all: every list of these kinds.
    """
    query = (
        select(ImportSheet.id)
        .join(Import, Import.id == ImportSheet.import_id)
        .where(
            Import.undone_at.is_(None),
            ImportSheet.kind.in_([kind.value for kind in kinds]),
            # While everything is said again, later lists stand there and have not spoken yet.
            ImportSheet.id <= sheet.recorded_in,
            ImportSheet.id != sheet.sheet_id,
        )
    )
    before = set(sheet.connection.scalars(query))
    asked = {
        "person_id": set(people) - {None},
        "household_id": set(households) - {None},
        "staff_id": set(staff) - {None},
    }
    is_asked = any(asked.values())
    spoken = _rows_about(sheet, before, asked) if is_asked else {}
    for sheet_id in sorted(spoken if is_asked else before):
        rows = spoken.get(sheet_id, {})
        for other in kept_sheets(sheet.connection, [sheet_id]):
            words = other.words
            found = [rows.get(number, _NOBODY) for number in words.batch.row_numbers]
            yield Echo(
                sheet=SheetRecorder(sheet.connection, words, sheet_id, reserved=sheet.reserved),
                people=[person for person, _, _ in found],
                households=[home for _, home, _ in found],
                staff=[staff for _, _, staff in found],
            )


def _rows_about(
    sheet: SheetRecorder, before: Collection[int], asked: dict[str, set[int | None]]
) -> dict[int, dict[int, _Row]]:
    """Give by sheet and row number whom the rows about the subjects speak of."""
    subjects_of = [Source.person_id, Source.household_id, Source.staff_id]
    columns = [*subjects_of, Source.sheet_id, Source.row_number]
    spoken: dict[int, dict[int, _Row]] = {}
    for column in subjects_of:
        subjects = asked[column.key]
        for row in rows_of(sheet.connection, column, subjects, columns):
            if row.sheet_id in before:
                place = spoken.setdefault(row.sheet_id, {})
                place[row.row_number] = (row.person_id, row.household_id, row.staff_id)
    return spoken
