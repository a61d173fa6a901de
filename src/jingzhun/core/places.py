"""Where something was said: a row of a sheet of a file, or an entry made at the desk."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

#: Times are kept in UTC; people read the one clock of China.
CHINA = timezone(timedelta(hours=8))

Place = dict[str, str | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetName:
    """What a reader knows a sheet by; of an entry (``set``, ``rollover``) the sheet says why."""

    file: str
    sheet: str
    is_entry: bool = False

    def place(self, row: int) -> Place:
        """Give the place of a row; an entry has none that anybody could look up."""
        return {"file": self.file, "sheet": self.sheet, "row": None if self.is_entry else row}

    def words(self, row: int, cell: str | None = None) -> str:
        """Say the place of a row, or of a cell (C17) where it is known, in a line of text."""
        return f"{self.file} {self.sheet}" + ("" if self.is_entry else f"!{cell or f'第{row}行'}")


def in_china(moment: datetime) -> datetime:
    """Give the clock of China at a moment; one without zone is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(CHINA)


def entry_name(title: str, *, command: str, recorded_at: datetime, actor: str) -> str:
    """Name an entry by what it is, the command, the day and who made it."""
    what = title.partition("：")[0]
    said = (" ".join(command.split()[:2]), f"{in_china(recorded_at):%Y-%m-%d}", actor)
    return f"{what}（{'，'.join(part for part in said if part)}）"
