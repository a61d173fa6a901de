"""Rates of 控辍保学 on random worlds, against a plain evaluator that looks at child after child."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from jingzhun.core.vocabulary import Change, Standing
from jingzhun.store.schema import Person, StatusChange
from tests.builders import TODAY, World
from tests.reports.plain_children import LAST, PRIMARY, SCHOOLS, Kid, Roll, draw, write, year_of
from tests.reports.reading import read

_LOSSES = {
    Change.TRANSFER_OUT, Change.OTHER_LEAVING, Change.WITHDRAWAL, Change.DEATH, Change.EMIGRATION,
    Change.SUSPENSION, Change.DROPOUT,
}  # fmt: skip
#: Of whom an event says that they are back.
_RESUME = (Standing.SUSPENDED, Standing.DROPPED_OUT)
_GONE = ("dropped_out", "left_without_receiver")
Place = tuple[str, str, int]


def stir(kids: list[Kid], dice: Random) -> list[Kid]:
    """Let some change schools within the year, and others come from elsewhere."""
    for kid in kids:
        roll = kid.rolls[-1] if kid.rolls else None
        if roll and not kid.spells and roll.ends is None and dice.random() < 0.2:
            day = roll.begins + timedelta(dice.randint(20, 170))
            others = [name for name in (*SCHOOLS[PRIMARY], "北山学校") if name != roll.school]
            roll.ends = day
            kid.rolls.append(
                Roll(school=dice.choice(others), stage=roll.stage, grade=roll.grade, begins=day)
            )
    for number in range(10):
        grade = dice.choice((1, 1, 3, 5))
        begins = date(dice.choice((2025, 2026)), 9, 15) + timedelta(dice.randrange(60))
        born = date(begins.year - grade - 5, 3, 4)
        roll = Roll(school=dice.choice(SCHOOLS[PRIMARY]), stage=PRIMARY, grade=grade, begins=begins)
        kids.append(Kid(name=f"新{number}", born=born, rolls=[roll]))
    return kids


def resume(world: World, kids: list[Kid]) -> None:
    """Write the events 复学 of those whose spells ended."""
    people = {person.name: person for person in world.session.query(Person)}
    for kid in kids:
        for spell in kid.spells:
            if spell.ends and spell.standing in _RESUME:
                world.session.add(
                    StatusChange(
                        person_id=people[kid.name].id, change=Change.RESUMPTION,
                        happened_on=spell.ends, is_dated=True, sheet_id=world.sheet_id,
                        row_number=1,
                    )
                )  # fmt: skip


# --- the plain evaluator --------------------------------------------------------------------------


def events(kid: Kid, day: date) -> Iterator[tuple[date, int, Place, bool]]:
    """Whatever takes a child away or brings it: the day, 0 or 1, where, whether it is intake."""
    start = date(year_of(day), 9, 1)
    for roll in kid.rolls:
        if roll.stage not in LAST or roll.is_finished(start):
            continue
        place = (roll.school, roll.stage, roll.grade)
        for spell in kid.spells:
            began, ended = spell.begins, spell.ends if spell.standing in _RESUME else None
            stood = roll.begins <= began and (not roll.ends or roll.ends >= began)
            leaves = spell.change in _LOSSES and spell.touches(roll.school) and stood
            if leaves and start <= began <= day:
                yield began, 0, place, False
            if ended and start <= ended <= day and roll.covers(ended):
                yield ended, 1, place, False
        here = [other for other in kid.rolls if other.school == roll.school]
        goes_on = any(other.begins == roll.ends for other in here)
        if roll.ends and start < roll.ends <= day and not goes_on:
            yield roll.ends, 0, place, False
        if start < roll.begins <= day and not any(o.ends == roll.begins for o in here):
            is_new = all(other.begins >= roll.begins for other in kid.rolls)
            yield roll.begins, 1, place, is_new and roll.grade in (1, 7)


def moves(kids: list[Kid], day: date) -> tuple[Counter[Place], Counter[Place]]:
    """Losses and gains of the year up to a day: of one child they alternate."""
    counts: tuple[Counter[Place], Counter[Place]] = (Counter(), Counter())
    for kid in kids:
        before = None
        for _, which, place, is_intake in sorted(events(kid, day), key=lambda event: event[:2]):
            if which != before and not is_intake:
                before = which
                counts[which][place] += 1
    return counts


def percent(part: int, base: int) -> float | None:
    """A rate as printed: hundredths of a percent, half away from zero."""
    if not base:
        return None
    exact = Fraction(abs(part) * 10_000, base)
    hundredths = int(exact + Fraction(1, 2))
    return (hundredths if part >= 0 else -hundredths) / 100


def expected(kids: list[Kid], day: date) -> dict[tuple[Any, ...], list[int]]:
    """Base, not returned, losses, gains: of each school, each grade of it, and of all."""
    losses, gains = moves(kids, day)
    start = date(year_of(day), 9, 1)
    base: Counter[Place] = Counter()
    gone: Counter[Place] = Counter()
    for kid in kids:
        if roll := kid.stands(start):
            place = (roll.school, roll.stage, roll.grade)
            base[place] += 1
            named = kid.named(day)
            gone[place] += bool(named and named[0] in _GONE)
    found: dict[tuple[Any, ...], list[int]] = {}
    for at, counts in enumerate((base, gone, losses, gains)):
        for place, count in counts.items():
            for key in (place, (place[0], None, None)):
                found.setdefault(key, [0] * 4)[at] += count
    return {key: numbers for key, numbers in found.items() if any(numbers)}


@pytest.mark.parametrize("seed", range(12))
def test_rates_are_those_of_the_plain_evaluator(world, seed):
    kids = stir(draw(seed), Random(seed))
    write(world, kids)
    resume(world, kids)
    for day in (date(2026, 9, 1), TODAY, date(2026, 5, 20), date(2026, 8, 31)):
        rows = {
            (row["school"], row["stage"], row["grade"]): row
            for row in read(world, "dropout", as_of=day)["rates"]
        }
        told = {
            key: [row[name] for name in ("base", "not_returned", "losses", "gains")]
            for key, row in rows.items()
        }
        assert told == expected(kids, day)
        for row in rows.values():
            base, gone = row["base"], row["not_returned"]
            assert row["individual_percent"] == percent(gone, base)
            assert row["official_percent"] == percent(row["losses"] - row["gains"], base)
            assert row["within"] is (Fraction(gone) <= Fraction(2, 100) * base)
