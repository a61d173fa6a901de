"""Derive a pupil's standings from the events on the roll, whatever order they arrived in.

转出, 退学, 毕业 and 死亡 end the enrolment on their date. 休学 and 辍学 leave the pupil on the roll
but not present until 复学, even when the suspension's end has passed. A dated event beats what
rosters of its term say without a date, and later ones until 复学 or 转入.
Source: 中小学生学籍管理办法, 教基〔2025〕1号.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Change, Stage, Standing

COMPULSORY = frozenset({Stage.PRIMARY, Stage.JUNIOR})
_RETURNS = frozenset({Change.RESUMPTION, Change.TRANSFER_IN})
_LOSSES = frozenset({Change.DROPOUT, Change.WITHDRAWAL, Change.EXPULSION})
#: Leaving that ends every enrolment, not only the one in the school left.
_FINAL = frozenset({Change.DEATH, Change.MISSING, Change.EMIGRATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change of status: ``school`` is the school left or entered, ``stage`` the stage then.

    ``enrolled_on`` is the first day of the first enrolment after it, which ends a deferral;
    ``goes_on_on`` that on which the same school has who graduated in another stage.
    """

    change: Change
    happened_on: date
    is_dated: bool = True
    ends_on: date | None = None
    school: int | None = None
    has_receiver: bool = False
    stage: Stage | None = None
    enrolled_on: date | None = None
    goes_on_on: date | None = None
    sheet_id: int = 0
    row_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A standing over half-open days; ``until`` None is open; ``school`` None is any school."""

    standing: Standing
    start: date
    until: date | None
    event: Event
    school: int | None = None


def derive(events: Iterable[Event]) -> list[Spell]:
    """Give the spells that the events begin and end, in order of their start."""
    ordered = sorted(events, key=lambda e: (e.happened_on, not e.is_dated, e.change in _RETURNS))
    dated_terms = {Term.of(event.happened_on) for event in ordered if event.is_dated}
    spells: list[Spell] = []
    for event in ordered:
        if not event.is_dated and (
            Term.of(event.happened_on) in dated_terms or _dated_spell_at(spells, event.happened_on)
        ):
            continue
        spells = _close(spells, event)
        begun = _begin(event)
        if begun is not None:
            spells.append(begun)
    # Of two events on one day the later stands: a day has one standing.
    by_start = {s.start: s for s in spells if s.until is None or s.until > s.start}
    return [by_start[start] for start in sorted(by_start)]


def _dated_spell_at(spells: Sequence[Spell], day: date) -> bool:
    return any(s.event.is_dated and s.start <= day and s.until is None for s in spells)


def _close(spells: list[Spell], event: Event) -> list[Spell]:
    """End the open spells that an event ends."""
    return [
        replace(s, until=event.happened_on) if s.until is None and _ends(s, event) else s
        for s in spells
    ]


def _ends(spell: Spell, event: Event) -> bool:
    if spell.standing is Standing.LEFT:
        # Who left a school is back in it only by returning to it; elsewhere he never left.
        returns_here = spell.school is None or event.school in {None, spell.school}
        return event.change in _RETURNS and returns_here
    return True


def _begin(event: Event) -> Spell | None:
    standing = _standing(event)
    if standing is None:
        return None
    bounds = [day for day in (event.ends_on, event.enrolled_on) if day is not None]
    bounded = min(bounds, default=None) if standing is Standing.DEFERRED else None
    if event.change is Change.GRADUATION:
        bounded = event.goes_on_on
    is_local = standing is Standing.LEFT and event.change not in _FINAL
    return Spell(
        standing=standing,
        start=event.happened_on,
        until=bounded,
        event=event,
        school=event.school if is_local else None,
    )


def _standing(event: Event) -> Standing | None:
    if event.change in _RETURNS:
        return None
    if event.change in _LOSSES:
        is_compulsory = event.stage is None or event.stage in COMPULSORY
        return Standing.DROPPED_OUT if is_compulsory else Standing.LEFT
    return {
        Change.SUSPENSION: Standing.SUSPENDED,
        Change.AWAY: Standing.AWAY,
        Change.DEFERRAL: Standing.DEFERRED,
    }.get(event.change, Standing.LEFT)
