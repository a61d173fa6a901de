"""Question a strange file before it is written: what in it, or against the ledger, is unlikely.

A doubt is no fault: whoever accepts it imports the list as it is, and the doubt stays as a notice
of the import. The limits are data (``policies/strange.toml``).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from jingzhun.core.identity import IdChecker, mask
from jingzhun.errors import JingzhunError, Problem
from jingzhun.policies.strange import Limit, Limits, limits
from jingzhun.rosters import SheetReading, Workbook
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.values.cells import plain
from jingzhun.services.importing.comparing import (
    Found,
    boarders_turned,
    class_losses,
    doubt,
    is_known,
    moved_rows,
)

_NAMED = 8  # doubts in one message


class StrangeFileError(JingzhunError):
    """A file that nobody has said yes to stays out; ``doubts`` say why."""

    def __init__(self, path: Path, doubts: Sequence[Problem]) -> None:
        told = "".join(doubt.message for doubt in doubts[:_NAMED])
        more = f"还有 {len(doubts) - _NAMED} 处。" if len(doubts) > _NAMED else ""
        super().__init__(
            "file_strange",
            f"{path.name} 有可疑之处，没有导入：{told}{more}",
            "请核对名单；确实如此的，加上 --accept-changes 再导入。",
        )
        self.doubts = tuple(doubts)


def is_doubt(problem: Problem) -> bool:
    """Say whether a notice of an import is a doubt that somebody accepted."""
    return problem.code.startswith("strange_")


def doubts_about(
    connection: Connection, workbook: Workbook, readings: Sequence[SheetReading], today: date
) -> list[Found]:
    """Give what is strange about the tables of one file, each with the table it stands in.

    Nobody is asked again about a file that is in the ledger, nor about rows that we gave back to be
    mended.
    """
    if is_known(connection, workbook.sha256):
        return []
    lists = [reading for reading in readings if reading.kind and not reading.grid.is_returned]
    held = limits(today)
    return [
        *_within(lists, held, today),
        *class_losses(connection, lists, held.class_loss),
        *boarders_turned(connection, lists, held.boarders_turned),
        *moved_rows(connection, lists, held),
    ]


def _within(lists: Sequence[SheetReading], held: Limits, today: date) -> Iterator[Found]:
    """Give what is strange of a table by itself, also in the first list of a ledger."""
    for reading in lists:
        for message in _births(reading, held.new_year_births):
            yield doubt(reading, "strange_births", message)
        for message in _unread_ids(reading, held.unread_ids, today):
            yield doubt(reading, "strange_ids", message)
        for message in _accounts(reading, held.shared_account):
            yield doubt(reading, "strange_account", message)


def _births(reading: SheetReading, limit: Limit) -> Iterator[str]:
    born = reading.batch.columns.get("born_on") or []
    rounded = {p.row_number for p in reading.problems if p.code == "date_month_only"}
    given = [
        day
        for day, row in zip(born, reading.batch.row_numbers, strict=True)
        if day and row not in rounded
    ] if born else []  # fmt: skip
    first = sum(1 for day in given if str(day).endswith("-01-01"))
    if limit.reached(first, len(given)):
        yield (
            f"工作表“{reading.sheet}”{len(given)} 人里有 {first} 人的生日是 1 月 1 日，"
            "像是不知道而随手填的。"
        )


def _unread_ids(reading: SheetReading, limit: Limit, today: date) -> Iterator[str]:
    grid = reading.grid
    if grid.spec is None or "id_number" not in grid.spec.fields or grid.column("id_number"):
        return
    fault = IdChecker(today).fault
    for column in grid.strangers:
        texts = [normalise(plain(cell)).upper() for cell in grid.cells(column.index)]
        sound = sum(1 for text in texts if len(text) == 18 and fault(text) is None)
        if limit.reached(sound, len(texts)):
            yield (
                f"工作表“{reading.sheet}”的“{column.header}”（{column.letter}列）里是身份证号，但这个列名不认识，"
                f"{reading.row_count} 行都会不带身份证号入账；"
                "请改成“身份证号”，或用 --map 教会。"
            )


def _accounts(reading: SheetReading, least: int) -> Iterator[str]:
    accounts = reading.batch.columns.get("account")
    if not accounts:
        return
    holders: dict[str, set[str]] = {}
    for account, who in zip(accounts, reading.batch.column("identity"), strict=True):
        if account and who:
            holders.setdefault(str(account), set()).add(str(who))
    for account, children in holders.items():
        if len(children) >= least:
            yield f"银行卡号 {mask(account)} 填给了 {len(children)} 名学生。"
