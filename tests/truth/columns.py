"""The columns of a list as somebody orders and heads them, in one to three rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.page import Page
from tests.truth.headers import FOREIGN, header_for
from tests.truth.lists import Listing

#: Columns of one person besides the row's own: headed 姓名 and 联系电话 under a group's word.
_GUARDIAN = {"guardian_name": "姓名", "guardian_phone": "联系电话"}
_GROUPS = ("基本信息", "详细信息", "基本情况", "相关信息")


@dataclass(eq=False, kw_only=True)
class Column:
    """A column: its field, or a foreign one's header; ``group`` stands above its header."""

    field: str
    header: str
    filler: str = ""
    group: str = ""
    band: str = ""


def draw_columns(dice: Random, listing: Listing, *, can_group: bool) -> list[Column]:
    """Order and head the columns of a list."""
    fields = list(listing.fields)
    # Whose telephone it is, a list of pairs says by the order of its columns.
    if listing.kind is not Kind.PAIRING_LIST:
        dice.shuffle(fields)
    is_split = can_group and {"guardian_name", "guardian_phone"} <= set(fields)
    is_split = is_split and dice.random() < 0.7
    columns = []
    for field in fields:
        if is_split and field in _GUARDIAN:
            continue
        columns.append(Column(field=field, header=header_for(dice, listing.kind, field)))
    _no_header_twice(dice, listing, columns)
    for header in dice.sample(sorted(FOREIGN), dice.choice([0, 0, 1, 2, 3])):
        at = dice.randint(0, len(columns))
        if listing.kind is Kind.PAIRING_LIST:
            at = len(columns)
        columns.insert(at, Column(field="", header=header, filler=FOREIGN[header]))
    if can_group and dice.random() < 0.6:
        _group(dice, columns)
    if depth_of(columns) > 1 or is_split:
        for column in columns:
            column.header = column.header.removesuffix("：")
    if is_split:
        group = dice.choice(["家长信息", "监护人信息", "监护人", "家长（监护人）"])
        columns += [Column(field=f, header=h, group=group) for f, h in _GUARDIAN.items()]
    if dice.random() < 0.7:
        columns.insert(0, Column(field="sequence", header=dice.choice(["序号", "编号", "序 号"])))
    return columns


def _no_header_twice(dice: Random, listing: Listing, columns: Sequence[Column]) -> None:
    """Give a field another header where two fields drew the same."""
    seen: set[str] = set()
    for column in columns:
        while column.header in seen:
            column.header = header_for(dice, listing.kind, column.field)
        seen.add(column.header)


def _group(dice: Random, columns: Sequence[Column]) -> None:
    """Put a word over some columns right of the first, and now and then a wider one over it."""
    if len(columns) < 5:
        return
    first = dice.randint(1, len(columns) - 3)
    last = dice.randint(first + 1, min(first + 4, len(columns) - 1))
    word = dice.choice(_GROUPS)
    for column in columns[first : last + 1]:
        column.group = word
    if dice.random() < 0.3:
        for column in columns[max(1, first - 2) : last + 1]:
            column.band = "登记信息"


def depth_of(columns: Sequence[Column]) -> int:
    """Give how many rows the header takes."""
    if any(column.band for column in columns):
        return 3
    return 2 if any(column.group for column in columns) else 1


def lay_header(page: Page, columns: Sequence[Column], *, left: int, merges: bool) -> None:
    """Write the header's rows, cells merged over and down where the container can."""
    depth = depth_of(columns)
    top = len(page.rows) + 1
    grid = [[""] * (left + len(columns)) for _ in range(depth)]
    for at, column in enumerate(columns, left):
        words = [word for word in (column.band, column.group, column.header) if word]
        if column.band and not column.group:
            words = [column.band, column.header]
        for level, word in enumerate(words):
            grid[level][at] = word
        if merges and len(words) < depth:
            first = top + len(words) - 1
            page.merges.append((first, at, top + depth - 1, at))
    for level in range(depth - 1):
        _join_across(page, grid[level], columns, (top, level, left), merges=merges)
    for row in grid:
        page.header(row)


def _join_across(
    page: Page,
    row: list[str],
    columns: Sequence[Column],
    place: tuple[int, int, int],
    *,
    merges: bool,
) -> None:
    """Leave a group's word in its first cell alone."""
    top, level, left = place
    at = left
    while at < len(row):
        word = row[at]
        end = at
        is_group = word and columns[at - left].header != word
        while is_group and end + 1 < len(row) and row[end + 1] == word:
            end += 1
            row[end] = ""
        if end > at and merges:
            page.merges.append((top + level, at, top + level, end))
        at = end + 1
