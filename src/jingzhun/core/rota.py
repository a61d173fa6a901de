"""Who of the young staff is sent next 轮派: everybody once before anybody twice.

A member of staff takes part while under the age, in service, on the establishment and not away.
The order is data; who is equal by all of it stands by their number, whatever was imported first.

Source: the work plans' 30岁以下青年教师（干部）定期下派帮扶行动计划; the figures come in as norms.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from jingzhun.core.labels import Labelled
from jingzhun.core.secondments import Away, SecondmentKind, is_young, joined


class RotaRule(Labelled):
    """What decides who goes first."""

    TIMES = "times", "次数少"
    BACK = "back", "返回早"
    AGE = "age", "年长"
    SERVICE = "service", "参加工作早"


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaRules:
    """The figures in force: under which age, what counts as sent, in which order they go."""

    age: int
    counted: frozenset[SecondmentKind]
    order: tuple[RotaRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the ledger knows of a member of staff; None is unknown and keeps nobody out."""

    staff: int
    identity: str
    unit: str | None
    born_on: date
    worked_since: date | None
    is_free: bool  # in service and on the establishment, as far as is known
    spells: Sequence[Away]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A place in the rota of a unit: sent so often, back since."""

    candidate: Candidate
    number: int
    times: int
    back_on: date | None


def rota_on(candidates: Iterable[Candidate], day: date, rules: RotaRules) -> list[Turn]:
    """Give who is sent next on a day, unit by unit.

    Who is away, or is going to be, is not in the list. A year told term by term counts once.
    """
    found: dict[str, list[Turn]] = {}
    for each in candidates:
        if not each.is_free or not is_young(each.born_on, day, rules.age):
            continue
        if any(spell.covers(day, None) for spell in each.spells):
            continue
        sent = [spell for spell in each.spells if spell.kind in rules.counted]
        back = max((spell.ended_on for spell in sent if spell.ended_on is not None), default=None)
        turn = Turn(candidate=each, number=0, times=len(joined(sent)), back_on=back)
        found.setdefault(each.unit or "", []).append(turn)
    keys = [_KEYS[rule] for rule in rules.order]

    def order(turn: Turn) -> tuple[Any, ...]:
        return (*(key(turn) for key in keys), turn.candidate.identity)

    return [
        Turn(candidate=turn.candidate, number=number, times=turn.times, back_on=turn.back_on)
        for _, turns in sorted(found.items())
        for number, turn in enumerate(sorted(turns, key=order), start=1)
    ]


_KEYS: Mapping[RotaRule, Callable[[Turn], Any]] = MappingProxyType(
    {
        RotaRule.TIMES: lambda turn: turn.times,
        RotaRule.BACK: lambda turn: turn.back_on or date.min,
        RotaRule.AGE: lambda turn: turn.candidate.born_on,
        RotaRule.SERVICE: lambda turn: turn.candidate.worked_since or date.max,
    }
)
