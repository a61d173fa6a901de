"""The signs of early warning, found by one statement for each rule, and the scores they add up to.

Asked about are the pupils at school in 小学 and 初中 whom ``report dropout`` does not name: those
who are gone already have a case. They stand in a temporary table, the children that are gone in a
second, and every rule adds its signs to a third; the score is summed there, and only the signs of
those who reach the lowest level are read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Select, exists, func, insert, or_, select

from jingzhun.core.dropout import SchoolAge
from jingzhun.core.warning import Sign, WarningRule, WarningRules
from jingzhun.store.absent_spells import AbsentSpell
from jingzhun.store.bulk import insert_rows
from jingzhun.store.compulsory import compulsory, unfinished
from jingzhun.store.matches import are_there_twins
from jingzhun.store.presence import doubled, present
from jingzhun.store.schema import Enrolment, Person
from jingzhun.store.sign_rules import GONE, PUPIL, QUERIES, SIGN, TABLES, Asked, Holds

_COLUMNS = [column.name for column in SIGN.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What others have found out, and the signs are told from.

    ``gone`` are the children that report dropout names, ``spells`` the absences that still run,
    ``returned`` who came back lately and when; ``is_fact`` and ``is_of_group`` ask of what kind
    somebody is.
    """

    gone: Iterable[int]
    spells: Iterable[AbsentSpell]
    returned: Mapping[int, date]
    is_fact: Holds
    is_of_group: Holds


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnedPupil:
    """A pupil whose score reaches the lowest level, with the signs that make it up."""

    person_id: int
    school_id: int
    stage: str
    grade: int | None
    class_no: int | None
    score: int
    signs: tuple[Sign, ...]


class Signs:
    """The signs of a day; a context manager, which drops its tables at the end."""

    def __init__(self, connection: Connection, day: date, rules: WarningRules) -> None:
        self.connection = connection
        self.day = day
        self.rules = rules

    def __enter__(self) -> Self:
        """Make the tables."""
        TABLES.create_all(self.connection, checkfirst=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop the tables."""
        TABLES.drop_all(self.connection, checkfirst=False)

    def find(
        self, known: Known, ages: SchoolAge, school_id: int | None = None
    ) -> list[WarnedPupil]:
        """Find who is to be warned of, of one school or of all; in no order."""
        self._fill_pupils(known.gone, school_id)
        self._tell(known)
        for name, make in QUERIES.items():
            rule = self.rules.rules[name]
            if not rule.is_on:
                continue
            made = make(
                Asked(name=name, rule=rule, day=self.day, ages=ages, is_fact=known.is_fact,
                      is_of_group=known.is_of_group)
            )  # fmt: skip
            for query in [made] if isinstance(made, Select) else made:
                self.connection.execute(insert(SIGN).from_select(_COLUMNS, query))
        return self._warned()

    def _fill_pupils(self, gone: Iterable[int], school_id: int | None) -> None:
        insert_rows(self.connection, GONE, ["person_id"], [(person,) for person in sorted(gone)])
        roll, day = Enrolment, self.day
        query = (
            select(
                roll.person_id, func.min(roll.school_id), func.min(roll.stage),
                func.max(roll.grade), func.max(roll.class_no),
            )
            .join(Person, Person.id == roll.person_id)
            .where(
                compulsory(roll),
                unfinished(roll, day),
                present(day, roll),
                ~exists().where(GONE.c.person_id == roll.person_id),
                or_(Person.died_on.is_(None), Person.died_on > day),
            )
            .group_by(roll.person_id)
        )  # fmt: skip
        if are_there_twins(self.connection):
            query = query.where(~doubled(day))
        if school_id is not None:
            query = query.where(roll.school_id == school_id)
        self.connection.execute(insert(PUPIL).from_select(list(PUPIL.c.keys()), query))

    def _tell(self, known: Known) -> None:
        """Add the signs that others have found, also of whom nobody asks about."""
        run = self.rules.rules[WarningRule.ABSENT_RUN]
        back = self.rules.rules[WarningRule.RETURNED].points_of(1)
        rows: list[tuple[Any, ...]] = [
            (spell.person_id, WarningRule.ABSENT_RUN.value, run.points_of(spell.school_days),
             spell.school_days, 0, spell.since.isoformat(), "")
            for spell in known.spells
        ]  # fmt: skip
        rows += [
            (person, WarningRule.RETURNED.value, back, 0, 0, since.isoformat(), "")
            for person, since in known.returned.items()
        ]
        insert_rows(self.connection, SIGN, _COLUMNS, rows)

    def _warned(self) -> list[WarnedPupil]:
        scores = (
            select(SIGN.c.person_id, func.sum(SIGN.c.points).label("score"))
            .join(PUPIL, PUPIL.c.person_id == SIGN.c.person_id)
            .group_by(SIGN.c.person_id)
            .having(func.sum(SIGN.c.points) >= self.rules.lowest)
            .subquery()
        )
        query = (
            select(*PUPIL.c, scores.c.score, *list(SIGN.c)[1:])
            .join(scores, scores.c.person_id == PUPIL.c.person_id)
            .join(SIGN, SIGN.c.person_id == PUPIL.c.person_id)
            .where(SIGN.c.points > 0)
        )
        found: dict[int, tuple[Any, list[Sign]]] = {}
        for row in self.connection.execute(query):
            sign = Sign(
                rule=WarningRule.coded(row.rule),
                points=row.points,
                measure=row.measure,
                before=row.before,
                since=row.since,
                word=row.word,
            )
            found.setdefault(row.person_id, (row, []))[1].append(sign)
        return [
            WarnedPupil(
                person_id=person, school_id=row.school_id, stage=row.stage, grade=row.grade,
                class_no=row.class_no, score=row.score,
                signs=tuple(sorted(signs, key=lambda sign: sign.order)),
            )
            for person, (row, signs) in found.items()
        ]  # fmt: skip
