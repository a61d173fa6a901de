"""One sheet being recorded: what it says, what came of its rows, what the ledger finds about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from jingzhun.core.identity import mask_text
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import Problem, Severity
from jingzhun.rosters import SheetWords
from jingzhun.rosters.kinds import fields, kinds
from jingzhun.rosters.lists.labour import LABOUR
from jingzhun.store.bulk import NOTHING_RESERVED, Reserved
from jingzhun.store.places import record_schools
from jingzhun.store.registry import Authority, Recorded, Recorder

#: Which group of facts a field belongs to, where not the person's own (``ranks`` of the kinds).
_GROUPS = MappingProxyType(
    {
        **dict.fromkeys(("household_id", "relation", "person_no", "education", "study_status",
                         "unschooled_reason", "health", "poverty_cause", "village_id",
                         "group_name", "head_name", "household_phone"), "household"),
        **dict.fromkeys(LABOUR, "labour"),
        **dict.fromkeys(("disability_no", "disability_kind", "disability_degree", "is_orphan"),
                        "welfare"),
        "student_no": "schooling",
    }
)  # fmt: skip
SAME, CHANGED, ADDED = 0, 1, 2


@dataclass(slots=True)
class Rows:
    """What came of each accepted row, by position."""

    outcomes: list[int]

    def mark(self, at: int, outcome: int) -> None:
        """Raise a row's outcome."""
        self.outcomes[at] = max(self.outcomes[at], outcome)


class SheetRecorder:
    """What one sheet says, and what comes of it; ``problems`` are what the ledger finds.

    ``recorded_in`` is the sheet whose arrival had this one said again (``recording.retelling``),
    else itself. ``loose`` are records that a row shows to be another one's, by the row's position.
    ``reserved`` gives ids by table and key to records that had them before (``importing.undo``).
    """

    def __init__(
        self,
        connection: Connection,
        reading: SheetWords,
        sheet_id: int,
        *,
        recorded_in: int | None = None,
        reserved: Reserved = NOTHING_RESERVED,
    ) -> None:
        self.connection = connection
        self.reading = reading
        self.kind: Kind = reading.kind
        self.batch = reading.batch
        self.sheet_id = sheet_id
        self.recorded_in = recorded_in or sheet_id
        self.is_again = recorded_in is not None
        self.whole = reading.whole
        self.reserved = reserved
        self.rows = Rows([SAME] * len(self.batch))
        self.problems: list[Problem] = []
        self.loose: dict[int, int] = {}
        self._schools: dict[str, list[int | None]] = {}
        ranks = {kind.value: spec.ranks for kind, spec in kinds().items()}
        authority = Authority(kind=self.kind.value, ranks=ranks, groups=_GROUPS)
        self.recorder = Recorder(connection, authority, sheet_id, reserved)

    def notice(self, at: int, field: str, code: str, message: str) -> None:
        """Add a notice about the row at a position."""
        self.problems.append(
            Problem(
                sheet=self.reading.sheet,
                row_number=self.batch.row_numbers[at],
                column=self.reading.letters.get(field, ""),
                field=field,
                code=code,
                severity=Severity.NOTICE,
                value="",
                # What two lists say otherwise may be a 学籍号 or a certificate.
                message=mask_text(message),
            )
        )

    def notice_sheet(self, code: str, message: str) -> None:
        """Add a notice about the sheet as a whole."""
        self.problems.append(
            Problem(
                sheet=self.reading.sheet,
                row_number=0,
                column="",
                field="",
                code=code,
                severity=Severity.NOTICE,
                value="",
                message=message,
            )
        )

    def schools(self, name: str = "school", code: str | None = "school_code") -> list[int | None]:
        """Give the school id of each row by a column of names and one of codes."""
        batch = self.batch
        if name in self._schools:
            return self._schools[name]
        codes = batch.column(code) if code else [None] * len(batch)
        pairs = list(zip(codes, batch.column(name), strict=True))
        found = record_schools(self.connection, pairs, self.sheet_id, self.reserved)
        return self._schools.setdefault(name, [found[pair] for pair in pairs])

    def note_conflicts(
        self, recorded: Recorded, titles: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Say where a list without authority contradicts what is held.

        ``titles`` are those of columns that are no field of a list.
        """
        for at, name, *values in recorded.conflicts:
            said, held = map(str, values)
            field = fields().get(name.removesuffix("_fen"))
            title = titles.get(name) or (field.title if field else "这一项")
            words = (
                f"{title}与原有记录不同，以原有的为准。"
                if name.endswith("_id") or isinstance(values[0], bool)
                else f"{title}这里写“{said:.40}”，另一份名单为“{held:.40}”，以后者为准。"
            )
            self.notice(at, name, "conflict", words)
