"""Special groups: the lists of 低保, 特困, 监测对象, 残疾, 孤儿 that a county's bureaus keep.

What a list is of may stand in a column, in its title, or in the name of its sheet or file, the
nearest winning. A list of one group speaks of that group alone: a household that it does not name
keeps whatever else it is.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from jingzhun.core.vocabulary import Category, HukouKind
from jingzhun.rosters.kinds import normalise, values
from jingzhun.rosters.lists.disability import complete
from jingzhun.rosters.lists.households import Told, read_household
from jingzhun.rosters.lists.persons import read_person
from jingzhun.rosters.lists.placement import contexts
from jingzhun.rosters.lists.schooling import read_schooling
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.cells import is_placeholder, is_silent, plain
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.groups import FAMILIES, families, family, groups_in
from jingzhun.rosters.values.ids import IdReader
from jingzhun.rosters.values.odd import Odd

Groups = tuple[str, ...]
#: A group without rural or urban: by the household's registration, else rural (village lists).
_BARE: Mapping[str, tuple[Category, Category]] = MappingProxyType(
    {
        "allowance": (Category.RURAL_ALLOWANCE, Category.URBAN_ALLOWANCE),
        "destitute": (Category.RURAL_DESTITUTE, Category.URBAN_DESTITUTE),
    }
)
#: Columns of their own that tell a family's categories better than its list's title does.
_COLUMNS = {"allowance": "allowance", "destitute": "destitute", "monitored": "monitored_kind"}
_PERSONAL = ("disability_no", "disability_kind", "disability_degree", "is_orphan", "is_left_behind")
_STOPPED = ("停", "退", "注销", "取消", "终止", "死亡", "去世", "清退", "不再")


def read_special(draft: Draft, ids: IdReader, dates: DateReader) -> None:
    """Read a special-group list's rows: the person, the groups, the household, the school."""
    read_person(draft, ids, dates)
    groups = _read_groups(draft)
    holds = [stopped is not True for stopped in draft.take("relief_state", _stopped) or groups]
    told = _told_categories(draft, groups, holds)
    read_household(draft, ids, dates, told)
    _date_grants(draft, dates)
    _name_heads(draft)
    read_schooling(draft, dates, required=False)
    _mark_persons(draft, groups, holds)
    draft.values["groups"] = groups


def _read_groups(draft: Draft) -> list[Groups]:
    """Give each row's groups; a row of which nothing tells any is refused."""
    around = [_ours(found or ()) for found in contexts(draft, "groups")]
    field = "group" if draft.has("group") else "group_word"
    raw = draft.raw(field) or [""] * draft.size
    found: list[Groups] = []
    unclear = _unclear(draft)
    for at, (cell, outer) in enumerate(zip(raw, around, strict=True)):
        text = normalise(plain(cell))
        said = groups_in(text)
        named = _ours(said)
        one_group = outer if len(families(outer)) == 1 else ()
        if "lifted" in said:
            draft.note(at, field, _LIFTED, cell, refuses=False)
        if named or said:
            found.append(named)
        elif not is_silent(text.upper()) and _is_no(text):
            found.append(())
        elif one_group or (outer and unclear is None):
            # A、B、二类、城市 beside a title that says 低保: classes within the group.
            found.append(_urban(one_group) if "城" in text else one_group)
        else:
            found.append(())
            what = unclear
            if not is_silent(text.upper()) and not is_placeholder(text):
                what = Odd("group_unknown", f"类别“{text[:20]}”不认识，请填低保、特困、残疾等。")
            if what is not None:
                draft.note(at, field, what, cell, refuses=True)
    return found


_LIFTED = Odd("group_not_taken", "脱贫户（建档立卡）以脱贫户监测户名单为准，这里写的没有采用。")


def _ours(groups: Groups) -> Groups:
    return tuple(group for group in groups if group not in {"some", "lifted"})


def _urban(groups: Groups) -> Groups:
    return tuple(_BARE[group][1].value if group in _BARE else group for group in groups)


def _unclear(draft: Draft) -> Odd | None:
    """Give the fault of a row that names no group; None where other columns tell enough."""
    told = (*_COLUMNS.values(), *_PERSONAL, "is_disabled", "near_allowance")
    if any(draft.has(name) for name in told):
        return None
    return Odd(
        "group_missing",
        "看不出属于哪一类特殊群体，请在标题或“类别”一列写明低保、特困、残疾、孤儿等。",
    )


def _is_no(text: str) -> bool:
    return values("flag").get(text.upper()) == "no" or text.startswith(("非", "未", "不"))


def _stopped(cell: Any) -> bool | None:
    """Say whether a state says that the support has ended: 停保, 已注销, 否."""
    text = normalise(plain(cell))
    if is_silent(text.upper()):
        return None
    return _is_no(text) or any(word in text for word in _STOPPED)


def _told_categories(draft: Draft, groups: Sequence[Groups], holds: Sequence[bool]) -> list[Told]:
    """Give what the groups say of household categories, family by family, for every row."""
    spoken = set(families(group for row in groups for group in row)) & set(FAMILIES)
    hukou = draft.values.get("hukou_kind") or [None] * draft.size
    told: list[Told] = []
    ticked = draft.take("near_allowance", cells.flag, refuses=True)
    if ticked is not None:
        meant = {True: (Category.NEAR_ALLOWANCE.value,), False: (), None: None}
        told.append(([meant[tick] for tick in ticked], FAMILIES["near_allowance"]))
    for name in sorted(spoken):
        own = draft.raw(_COLUMNS.get(name, "")) or [""] * draft.size
        bare: list[Groups | None] = [None] * draft.size
        exact: list[Groups | None] = [None] * draft.size
        for at, row in enumerate(groups):
            named = [group for group in row if family(group) == name]
            if not named or not is_silent(normalise(plain(own[at])).upper()):
                continue
            if not holds[at]:
                exact[at] = ()
            elif named == ["monitored"]:
                bare[at] = (Category.PREVENTION.value,)
            else:
                is_urban = hukou[at] == HukouKind.URBAN
                exact[at] = tuple(_BARE[g][is_urban].value if g in _BARE else g for g in named)
        told.append((exact, FAMILIES[name]))
        if any(bare):
            # A bare 监测对象 does not deny the kind that a household list tells.
            told.append((bare, frozenset({Category.PREVENTION})))
    return told


def _date_grants(draft: Draft, dates: DateReader) -> None:
    """Let support begin on the day that the row states."""
    granted = draft.take("granted_on", dates.from_month)
    stated = draft.values.get("categories")
    if granted is None or stated is None:
        return
    draft.values["categories"] = [
        row and tuple((name, risk, found or day, gone) for name, risk, found, gone in row)
        for row, day in zip(stated, granted, strict=True)
    ]


def _name_heads(draft: Draft) -> None:
    """Where only 户主 is named, the row is about the head himself."""
    column = draft.grid.column("name")
    if column is None or "户主" not in column.header or draft.has("head_name"):
        return
    draft.values["head_name"] = list(draft.values["name"])
    draft.values["head_id"] = list(draft.values["id_number"])
    if not draft.has("relation"):
        draft.values["relation"] = ["户主"] * draft.size


def _mark_persons(draft: Draft, groups: Sequence[Groups], holds: Sequence[bool]) -> None:
    """Mark whom a list of disabled, orphaned or left-behind children names."""
    draft.take("family_no", cells.number)
    for group, name in (("orphan", "is_orphan"), ("left_behind", "is_left_behind")):
        complete(draft, name, [
            holds[at] if group in row else None for at, row in enumerate(groups)
        ])  # fmt: skip
    ticked = draft.take("is_disabled", cells.flag, refuses=True) or [None] * draft.size
    certificates = draft.values.get("disability_no") or [None] * draft.size
    complete(draft, "disability_kind", [
        (("残疾" if holds[at] else "")
         if (ticked[at] or "disabled" in row) and not certificates[at] else None)
        for at, row in enumerate(groups)
    ])  # fmt: skip
