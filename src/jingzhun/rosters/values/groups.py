"""Special groups 特殊群体: which of them a cell, a title, or the name of a sheet or file names.

The codes are those of household categories, ``disabled``, ``orphan`` and ``left_behind``, besides
``allowance``, ``destitute``, ``monitored`` for a bare 低保, 特困, 监测对象; ``lifted`` for 脱贫户,
of whom household lists tell; ``some`` for a list of special groups that names none.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from jingzhun.core.vocabulary import MONITORED, Category
from jingzhun.rosters.kinds import values

#: The families of groups: the categories about which a list of one of them speaks.
FAMILIES: Mapping[str, frozenset[Category]] = MappingProxyType(
    {
        "allowance": frozenset({Category.RURAL_ALLOWANCE, Category.URBAN_ALLOWANCE}),
        "destitute": frozenset({Category.RURAL_DESTITUTE, Category.URBAN_DESTITUTE}),
        "near_allowance": frozenset({Category.NEAR_ALLOWANCE}),
        "monitored": frozenset(MONITORED),
    }
)
_LIST = re.compile(
    r"名单|名册|花名册|台账|明细|汇总|一览|登记|统计|信息|清单|情况|对象|人员|儿童|学生|[户人]$|表$"
)
_NOT_A_TITLE = re.compile(
    r"^\(?(?:备?注|说明|填[表写报]|制表|审核|上报)|困难学生|认定|资助|助学|补助|补贴|发放|慰问"
)
#: 学生花名册(含低保、残疾) is a list of pupils.
_INCLUDED = re.compile(r"\(?(?:含|包括)[^()]*\)?")
_LONGEST_TITLE = 60


@cache
def _pattern() -> re.Pattern[str]:
    spellings = sorted(values("groups"), key=len, reverse=True)
    return re.compile(rf"(?<![非含不无未])(?:{'|'.join(map(re.escape, spellings))})")


def groups_in(text: str) -> tuple[str, ...]:
    """Give the groups that normalised text names, each once; text that says no names none."""
    known = values("groups")
    return tuple(dict.fromkeys(known[word] for word in _pattern().findall(text.upper())))


def groups_of_title(text: str) -> tuple[str, ...]:
    """Give the groups of which a title says that its list is one; a note names none."""
    if len(text) > _LONGEST_TITLE or _NOT_A_TITLE.match(text) or not _LIST.search(text):
        return ()
    return groups_in(_INCLUDED.sub("", text))


def family(group: str) -> str:
    """Give the family of a group; the groups of persons are families of their own."""
    return next((name for name, members in FAMILIES.items() if group in members), group)


def families(groups: Iterable[str]) -> tuple[str, ...]:
    """Give the families of groups, each once."""
    return tuple(dict.fromkeys(map(family, groups)))
