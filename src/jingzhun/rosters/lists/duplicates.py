"""Rows that say again what an earlier row of the file said: the first stays, others come back."""

from collections.abc import Mapping, MutableMapping
from types import MappingProxyType

from jingzhun.core.identity import mask
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.odd import Odd

#: Who stood in the file's earlier tables: by kind, each table's name and identity → row number.
Seen = MutableMapping[Kind, list[tuple[str, dict[str, int]]]]

#: What makes two rows of a list the same row, where it is not the person alone.
_KEYS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.STATUS_CHANGES: ("identity", "change", "happened_on"),
        Kind.PAIRING_LIST: ("household_no", "head_id", "head_name", "village", "helper_identity"),
        Kind.MEAL_ROSTER: ("identity", "_when"),
        Kind.MEAL_HEADCOUNT: ("school", "grade", "class_no", "_when"),
        Kind.ABSENCE_LIST: ("identity", "_when"),
        Kind.HOME_VISITS: (
            "identity",
            "household_no",
            "head_id",
            "head_name",
            "township",
            "village",
            "_when",
        ),
        # One child may stand among the disabled and among the orphans.
        Kind.SPECIAL_GROUP: ("identity", "groups"),
    }
)


def refuse_duplicates(draft: Draft, seen: Seen) -> None:
    """Refuse the second row about the same person (or pair, or event); the first one stays."""
    assert draft.grid.kind is not None  # noqa: S101 - the caller asked
    kind, sheet, numbers = draft.grid.kind, draft.grid.sheet.name, draft.grid.row_numbers
    keys = _keys(draft)
    earlier = seen.setdefault(kind, [])
    here: dict[str, int] = dict(zip(keys, numbers, strict=True))
    if not earlier and not draft.refused and len(here) == draft.size:
        # The usual case, without a thought for each row.
        earlier.append((sheet, here))
        return
    here = {}
    earlier.append((sheet, here))
    subjects = ("id_number", "name", "head_name", "household_no", "head_id")
    field = next(filter(draft.has, subjects), "name")
    for at, key in enumerate(keys):
        if at in draft.refused:
            continue
        first = next((f"{name}!第{rows[key]}行" for name, rows in earlier if key in rows), None)
        if first is None:
            here[key] = numbers[at]
            continue
        is_person = kind not in _KEYS or kind is Kind.SPECIAL_GROUP
        who = mask(key.partition("|")[0]) if is_person and ":" not in key else "同一人"
        what = Odd(
            "duplicate_person" if is_person else "duplicate_row",
            f"与 {first} 重复（{who}），先出现的一行已采用，这一行没有导入。",
            advice="确是同一人请删去这一行；不是同一人请核对证件号，并去掉格子里的“(重复)”。",
        )
        draft.note(at, field, what, refuses=True)


def _keys(draft: Draft) -> list[str]:
    assert draft.grid.kind is not None  # noqa: S101 - the caller asked
    names = _KEYS.get(draft.grid.kind)
    if names is None:
        return draft.values["identity"]
    nothing = [None] * draft.size
    columns = (draft.values.get(name) or nothing for name in names)
    return ["|".join(map(str, row)) for row in zip(*columns, strict=True)]
