"""Random children and a plain evaluator: what the reports of 控辍保学 must say of them.

The evaluator reads plain Python lists, day by day and child by child, as the rules are written in
the module docstrings of ``store.absentees``, ``core.whereabouts`` and ``reports.rolls``; it shares
no code with the queries. The worlds are those of schools: rolls that lists of autumn or spring
begin, pupils who move up each September or do not, leave with or without a word, and come back.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from jingzhun.core.vocabulary import Category, Change, Standing
from tests.builders import World

PRIMARY, JUNIOR = "primary", "junior"
LAST = {PRIMARY: 6, JUNIOR: 9}
FIRST_YEAR, LAST_YEAR = 2023, 2026
SCHOOLS = {PRIMARY: ("青禾小学", "西河小学"), JUNIOR: ("云岭中学",)}
_LEAVINGS = (
    Change.TRANSFER_OUT, Change.OTHER_LEAVING, Change.WITHDRAWAL, Change.DEATH, Change.EMIGRATION,
)  # fmt: skip


def year_of(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1


@dataclass(kw_only=True)
class Roll:
    school: str
    stage: str
    grade: int
    begins: date
    ends: date | None = None

    def covers(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day < self.ends)

    def is_finished(self, day: date) -> bool:
        """A roll grows old: two years after grade 5 its pupil has left the primary school."""
        return self.grade + year_of(day) - year_of(self.begins) > LAST.get(self.stage, 99)


@dataclass(kw_only=True)
class Spell:
    standing: Standing
    change: Change
    begins: date
    ends: date | None = None
    school: str | None = None
    planned_end: date | None = None
    has_receiver: bool | None = None

    def covers(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day < self.ends)

    def touches(self, school: str) -> bool:
        return self.school in (None, school)


@dataclass(kw_only=True)
class Kid:
    name: str
    born: date
    is_poor: bool = False
    died: date | None = None
    rolls: list[Roll] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)

    def on_roll(self, day: date) -> Roll | None:
        """The roll that the child stands on, finished or not."""
        for roll in self.rolls:
            if roll.covers(day) and not any(
                s.standing is Standing.LEFT and s.covers(day) and s.touches(roll.school)
                for s in self.spells
            ):
                return roll
        return None

    def is_dead(self, day: date) -> bool:
        return self.died is not None and self.died <= day

    def is_of_age(self, day: date) -> bool:
        year = year_of(day)
        completed = year - self.born.year - ((self.born.month, self.born.day) > (8, 31))
        return 6 <= completed <= 14

    # --- as what is it named? -------------------------------------------------------------------

    def named(self, day: date) -> tuple[str, str | None] | None:
        """The kind as which a child is named, and at which school."""
        if self.is_dead(day):
            return None
        found = [*self._by_spells(day), *self._vanished(day), *self._never_enrolled(day)]
        order = ["dropped_out", "left_without_receiver", "suspension_expired", "suspected",
                 "never_enrolled"]  # fmt: skip
        return min(found, key=lambda kind: order.index(kind[0])) if found else None

    def _by_spells(self, day: date) -> list[tuple[str, str | None]]:
        begun = [roll for roll in self.rolls if roll.begins <= day]
        last = max(begun, key=lambda roll: roll.begins) if begun else None
        if last.stage not in LAST if last else not self.is_of_age(day):
            return []
        return [
            (kind, spell.school or (last.school if last else None))
            for spell in self.spells
            if spell.covers(day) and (kind := self._kind(spell, day))
        ]

    def _kind(self, spell: Spell, day: date) -> str | None:
        if spell.standing is Standing.DROPPED_OUT:
            return "dropped_out"
        if spell.standing is Standing.AWAY:
            return "suspected"
        if spell.standing is Standing.SUSPENDED:
            begins = spell.begins
            end = spell.planned_end or date(begins.year + 1, begins.month, begins.day)
            is_over = day > end if spell.planned_end else day >= end
            return "suspension_expired" if is_over else None
        if spell.has_receiver or self.on_roll(day):
            return None
        if spell.change in (Change.DROPOUT, Change.WITHDRAWAL):
            return "dropped_out"
        is_lost = spell.change in (Change.TRANSFER_OUT, Change.OTHER_LEAVING)
        return "left_without_receiver" if is_lost else None

    def _vanished(self, day: date) -> list[tuple[str, str | None]]:
        if self.on_roll(day) or any(s.covers(day) for s in self.spells):
            return []
        return [
            ("left_without_receiver", roll.school)
            for roll in self.rolls
            if roll.ends and roll.ends <= day and roll.stage in LAST and not roll.is_finished(day)
            and not any(roll.ends <= other.begins <= day for other in self.rolls)
        ]  # fmt: skip

    def _never_enrolled(self, day: date) -> list[tuple[str, str | None]]:
        has_been = any(roll.begins <= day or roll.grade != 1 for roll in self.rolls)
        is_gone = any(s.change is Change.EMIGRATION and s.begins <= day for s in self.spells)
        if not self.is_of_age(day) or has_been or is_gone or self._is_explained(day):
            return []
        return [("never_enrolled", None)]

    def _is_explained(self, day: date) -> bool:
        return any(
            s.covers(day)
            and (s.standing is not Standing.DEFERRED or s.planned_end is None
                 or s.planned_end >= day)
            for s in self.spells
        )  # fmt: skip

    # --- where is it? ---------------------------------------------------------------------------

    def place(self, day: date) -> str:
        """As what it is named, or where it is."""
        named = self.named(day)
        if named:
            return named[0]
        roll = self.on_roll(day)
        spells = [s for s in self.spells if s.covers(day)]
        if roll and not roll.is_finished(day):
            kinds = {s.standing for s in spells if s.touches(roll.school)}
            if Standing.SUSPENDED in kinds:
                return "suspended"
            return "deferred" if Standing.DEFERRED in kinds else "at_school"
        if any(s.change is Change.EMIGRATION and s.begins <= day for s in self.spells):
            return "abroad"
        if any(s.change is Change.TRANSFER_OUT and s.has_receiver for s in spells):
            return "transferred"
        if any(s.standing is Standing.DEFERRED for s in spells) and self._is_explained(day):
            return "deferred"
        graduated = any(s.change is Change.GRADUATION for s in spells)
        last = max((r for r in self.rolls if r.begins <= day), key=lambda r: r.begins, default=None)
        stage = last.stage if last and (graduated or last.covers(day)) else None
        if stage == JUNIOR:
            return "graduated"
        return "untraced" if self.is_of_age(day) else "over_age"

    # --- on which roll does it count? -----------------------------------------------------------

    def stands(self, on: date) -> Roll | None:
        """The compulsory roll on which a child counts on a day, as the docstring of rolls says."""
        start = date(year_of(on), 9, 1)
        for roll in self.rolls:
            if roll.covers(on) and roll.stage in LAST and not roll.is_finished(start):
                left = [s for s in self.spells if s.standing is Standing.LEFT and s.covers(on)
                        and s.touches(roll.school)]  # fmt: skip
                if on == start:  # who leaves on the very first day is still in the base
                    left = [s for s in left if s.begins < on or s.change is Change.GRADUATION]
                if not left:
                    return roll
        return None

    def seen(self, day: date) -> list[tuple[int, Roll, bool]]:
        """School year and roll of every base that the child is in, and of the day itself."""
        years = range(FIRST_YEAR, year_of(day) + 1)
        bases = [(year, self.stands(date(year, 9, 1)), True) for year in years]
        found = [*bases, (year_of(day), self.stands(day), False)]
        return [(year, roll, is_base) for year, roll, is_base in found if roll]

    def outcome(self, school: str | None, stage: str | None, day: date) -> str:
        """What became of it, at a school's stage or (None) in the nine years."""
        named = self.named(day)
        is_gone = named and named[0] in ("dropped_out", "left_without_receiver")
        if named and is_gone and school in (None, named[1]):
            return "lost"
        roll = self.stands(day)
        if roll and (school is None or (roll.school, roll.stage) == (school, stage)):
            return "studying"
        begun = sorted((r for r in self.rolls if r.begins <= day), key=lambda r: r.begins)
        stages = {roll.stage for roll in begun}
        last = [roll for roll in begun if stage in (None, roll.stage)][-1]
        if school and last.school != school:
            return "moved"
        if stage == PRIMARY and JUNIOR in stages:
            return "graduated"
        is_abroad = any(s.change is Change.EMIGRATION and s.begins <= day for s in self.spells)
        received = any(s.has_receiver and s.covers(day) for s in self.spells)
        if self.is_dead(day) or is_abroad or received:
            return "moved"
        may_graduate = stage is not None or JUNIOR in stages
        return "graduated" if may_graduate and last.is_finished(day) else "untraced"


def cohorts(kids: list[Kid], day: date) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The members of every cohort, (school, stage, year): who, since when, with what outcome."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for kid in kids:
        places: set[tuple[str | None, str | None]] = set()
        for year, roll, is_base in kid.seen(day):
            began = year - roll.grade + 1
            stage_began = began if roll.stage == PRIMARY else began + 6
            for school, stage, cohort in (
                (roll.school, roll.stage, stage_began), (None, None, began),
            ):  # fmt: skip
                if (school, stage) not in places:
                    places.add((school, stage))
                    members = found.setdefault((school, stage, cohort), {})
                    members[kid.name] = (year, is_base, kid.outcome(school, stage, day))
    return found


# --- drawing a world ------------------------------------------------------------------------------


def draw(seed: int, size: int = 60) -> list[Kid]:
    """Draw children with their years at school."""
    dice = Random(seed)
    return [_kid(dice, number) for number in range(size)]


def _kid(dice: Random, number: int) -> Kid:
    born = date(dice.randint(2009, 2019), dice.randint(1, 12), dice.randint(1, 28))
    kid = Kid(name=f"童{number}", born=born, is_poor=dice.random() < 0.3)
    if dice.random() < 0.12:
        if dice.random() < 0.4:
            kid.spells.append(
                Spell(standing=Standing.DEFERRED, change=Change.DEFERRAL,
                      begins=date(2025, 9, 1), planned_end=date(2026, 8, 31))
            )  # fmt: skip
        return kid
    _school_years(dice, kid)
    if kid.rolls and dice.random() < 0.6:
        _something_happens(dice, kid)
    return kid


def _school_years(dice: Random, kid: Kid) -> None:
    """Put the child on the roll of each year that it is of, as the lists of autumn say."""
    entry = kid.born.year + 6 + ((kid.born.month, kid.born.day) > (8, 31))
    home = dice.choice(SCHOOLS[PRIMARY])
    junior = SCHOOLS[JUNIOR][0]
    last_year = dice.choice([LAST_YEAR] * 6 + [2024, 2025])
    is_closed = dice.random() < 0.7
    for year in range(max(entry, FIRST_YEAR), last_year + 1):
        grade = year - entry + 1
        if grade > 9:
            break
        if grade == 7 and dice.random() < 0.2:
            is_closed = True
            break
        stage, school = (PRIMARY, home) if grade <= 6 else (JUNIOR, junior)
        begins = date(year, 9, 1)
        if kid.rolls and dice.random() < 0.05:
            continue  # the list of that year is missing: the old roll goes on
        if kid.rolls:
            kid.rolls[-1].ends = begins
        kid.rolls.append(Roll(school=school, stage=stage, grade=grade, begins=begins))
    if kid.rolls and is_closed and last_year < LAST_YEAR:
        kid.rolls[-1].ends = date(last_year + 1, 9, 1)


def _something_happens(dice: Random, kid: Kid) -> None:
    roll = dice.choice(kid.rolls)
    until = min(roll.ends or date(2027, 6, 30), date(2027, 6, 30))
    day = roll.begins + timedelta(dice.randint(5, max(6, (until - roll.begins).days - 5)))
    what = dice.random()
    if what < 0.35:
        standing, change = dice.choice(
            [(Standing.DROPPED_OUT, Change.DROPOUT), (Standing.AWAY, Change.AWAY)]
        )
        back = day + timedelta(dice.randint(5, 200)) if dice.random() < 0.5 else None
        kid.spells.append(Spell(standing=standing, change=change, begins=day, ends=back))
    elif what < 0.55:
        end = day + timedelta(dice.randint(30, 300)) if dice.random() < 0.6 else None
        back = day + timedelta(dice.randint(20, 420)) if dice.random() < 0.5 else None
        kid.spells.append(
            Spell(standing=Standing.SUSPENDED, change=Change.SUSPENSION, begins=day,
                  planned_end=end, ends=back)
        )  # fmt: skip
    else:
        change = dice.choice(_LEAVINGS)
        receiver = change is Change.TRANSFER_OUT and dice.random() < 0.6
        kid.rolls = [r for r in kid.rolls if r.begins <= day]
        kid.rolls[-1].ends = day
        kid.spells.append(
            Spell(standing=Standing.LEFT, change=change, begins=day, school=kid.rolls[-1].school,
                  has_receiver=receiver or None)
        )  # fmt: skip
        if change is Change.DEATH:
            kid.died = day


def write(world: World, kids: list[Kid]) -> None:
    """Write the children into a ledger's tables, as lists since ``FIRST_YEAR`` say."""
    world.sheet("历年名册.xlsx", stated_on=date(FIRST_YEAR, 9, 1))
    home = world.household(Category.LIFTED)
    for kid in kids:
        person = world.person(kid.name, born_on=kid.born, died_on=kid.died,
                              household_id=home.id if kid.is_poor else None)  # fmt: skip
        for roll in kid.rolls:
            world.enrol(person, world.school(roll.school), stage=roll.stage, grade=roll.grade,
                        from_=roll.begins, until=roll.ends)  # fmt: skip
        for spell in kid.spells:
            world.stand(
                person, spell.standing, spell.change, from_=spell.begins, until=spell.ends,
                school=world.school(spell.school) if spell.school else None,
                ends_on=spell.planned_end, has_receiver=spell.has_receiver,
            )  # fmt: skip
