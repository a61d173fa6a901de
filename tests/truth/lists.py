"""The world → lists, as offices and schools keep them: which rows and columns, as of which day.

A list is still canonical: its cells are values, its columns are fields. :mod:`tests.truth.layout`
lays it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from jingzhun.core.vocabulary import Kind
from samples.page import Cell
from tests.truth.values import (
    Place,
    home_values,
    member_values,
    move_place,
    move_values,
    place_on,
    pupil_values,
)
from tests.truth.world import TODAY, Home, Move, Pupil, School, World


@dataclass(eq=False, kw_only=True)
class Row:
    """One row: values by field; ``raw`` cells are laid as they are, whatever the value.

    ``error`` is the fault that must refuse it, ``notices`` are the remarks that it may cause.
    ``about`` is whom it is about. ``silent`` fields stand in the row but are not believed.
    """

    about: Any
    values: dict[str, Any]
    place: Place | None = None
    raw: dict[str, Cell] = field(default_factory=dict)
    error: str = ""
    notices: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)


@dataclass(eq=False, kw_only=True)
class Listing:
    """One list. ``where`` says how rows tell school, grade and class: by column or around them.

    ``where``: "columns", "joined" (one column for grade and class), "sections" (a line above each
    class), "sheets" (a sheet for each class). ``school_by``: "column", "title", "unit", "section".
    ``span``: how a hardship list names its period, "term", "year", "column" or "".
    """

    kind: Kind
    name: str
    fields: list[str]
    rows: list[Row]
    stated_on: date
    school: str = ""
    where: str = "columns"
    school_by: str = "column"
    span: str = ""

    def is_stated(self, field_name: str) -> bool:
        """Say whether the list has a column of a field."""
        return field_name in self.fields


class Lister:
    """Draw the lists of a world."""

    def __init__(self, dice: Random, world: World) -> None:
        self.dice = dice
        self.world = world

    def lists(self) -> list[Listing]:
        """Give the files of a world, one list each."""
        dice, world = self.dice, self.world
        made = self._rosters()
        made += self._households()
        if dice.random() < 0.7:
            made.append(self._poor_students())
        if world.recognised and dice.random() < 0.85:
            made.append(self._hardship())
        if dice.random() < 0.8:
            made.append(self._staff())
        if world.pairs and dice.random() < 0.85:
            made.append(self._pairs())
        if any(True for _ in world.moves):
            made += self._changes()
        return [listing for listing in made if listing.rows]

    # --- helpers

    def _some(self, fields: Iterable[str], chance: float = 0.5) -> list[str]:
        return [name for name in fields if self.dice.random() < chance]

    def _day(self) -> date:
        dice = self.dice
        return dice.choice([TODAY, date(2026, dice.randint(9, 11), dice.randint(1, 24))])

    def _sort(self, rows: list[Row]) -> list[Row]:
        if self.dice.random() < 0.5:
            self.dice.shuffle(rows)
        return rows

    # --- schooling

    def _rosters(self) -> list[Listing]:
        if self.dice.random() < 0.25:
            return [self._roster(self.world.schools)]
        return [self._roster([school]) for school in self.world.schools]

    def _roster(self, schools: Sequence[School]) -> Listing:
        dice, day = self.dice, self._day()
        rows = []
        for pupil in self.world.pupils:
            place = place_on(pupil, day)
            if place is not None and place[0] in {school.name for school in schools}:
                rows.append(Row(about=pupil, values=pupil_values(pupil, day), place=place))
        fields = ["name", "id_number"]
        fields += self._some(
            ("student_no", "sex", "born_on", "ethnicity", "phone", "guardian_name", "health",
             "guardian_phone", "address", "entered_on", "is_orphan", "is_left_behind",
             "disability_kind", "stage", "school_code"), 0.45,
        )  # fmt: skip
        fields += self._some([dice.choice(["boarding", "boarding", "is_boarder"])], 0.8)
        if dice.random() < 0.3:
            fields.append("status")
        listing = Listing(
            kind=Kind.STUDENT_ROSTER,
            name="学生花名册",
            fields=fields,
            rows=self._sort(rows),
            stated_on=day,
            school=schools[0].name if len(schools) == 1 else "",
            where=dice.choice(["columns", "columns", "joined", "sections", "sheets"]),
            school_by=dice.choice(["column", "title", "unit"] if len(schools) == 1 else ["column"]),
        )
        return self._placed(listing)

    def _placed(self, listing: Listing) -> Listing:
        """Add the columns of school, grade and class that the list needs."""
        if listing.school_by == "column":
            listing.fields.append("school")
        if listing.where == "columns":
            listing.fields += ["grade", "class_no"]
        elif listing.where == "joined":
            listing.fields.append("grade_class")
        if listing.where in {"sections", "sheets"}:
            listing.rows.sort(key=lambda row: row.place or ("", 0, 0))
        return listing

    def _poor_students(self) -> Listing:
        day = self._day()
        rows = []
        for pupil in self.world.pupils:
            place, home = place_on(pupil, day), pupil.person.home
            if home is not None and place is not None:
                values = pupil_values(pupil, day) | home_values(home)
                rows.append(Row(about=pupil, values=values, place=place))
        fields = ["name", "id_number", "household_no", "head_name", "stage"]
        fields += self._some(
            ("household_type", "student_no", "phone", "boarding", "village", "township",
             "relation", "monitored_kind"), 0.6,
        )  # fmt: skip
        listing = Listing(
            kind=Kind.POOR_STUDENT_LIST,
            name="贫困家庭学生名单",
            fields=fields,
            rows=self._sort(rows),
            stated_on=day,
            where=self.dice.choice(["columns", "columns", "joined"]),
        )
        return self._placed(listing)

    def _hardship(self) -> Listing:
        dice, day = self.dice, self._day()
        rows = []
        for made in self.world.recognised:
            place = place_on(made.pupil, day)
            if place is not None:
                values = pupil_values(made.pupil, day)
                values |= {"tier": made.tier, "reasons": made.reasons, "term": "2026秋"}
                rows.append(Row(about=made.pupil, values=values, place=place))
        span = dice.choice(["term", "year", "column", ""])
        fields = ["name", "id_number", "tier", *self._some(("reasons", "student_no", "sex"), 0.6)]
        listing = Listing(
            kind=Kind.HARDSHIP_LIST,
            name="家庭经济困难学生认定名单",
            fields=[*fields, *(["term"] if span == "column" else [])],
            rows=self._sort(rows),
            stated_on=day,
            where=dice.choice(["columns", "columns", "joined"]),
            span=span,
        )
        return self._placed(listing)

    # --- households

    def _households(self) -> list[Listing]:
        homes = self.world.homes
        if self.dice.random() < 0.3:
            at = self.dice.randint(0, len(homes))
            return [self._household_list(part) for part in (homes[:at], homes[at:]) if part]
        return [self._household_list(homes) for _ in range(self.dice.choice([1, 1, 1, 2]))]

    def _household_list(self, homes: Sequence[Home]) -> Listing:
        dice = self.dice
        rows = [
            Row(about=member, values=member_values(member, home))
            for home in homes
            for member in home.members
        ]
        fields = ["name", "id_number", "household_no", "relation"]
        fields += self._some(
            ("village", "township", "county", "person_no", "head_name", "ethnicity", "health",
             "labour_skill", "phone", "poverty_cause", "sex", "head_id"), 0.5,
        )  # fmt: skip
        fields += dice.choice(
            [
                ["household_type"],
                ["household_type", "allowance", "destitute"],
                ["household_type", "monitored_kind", "risk_removed"],
                ["household_type", "monitored_kind", "risk_removed", "risk_found_on",
                 "risk_removed_on", "allowance"],
                ["lifted_state", "monitored_kind"],
            ]
        )  # fmt: skip
        return Listing(
            kind=Kind.HOUSEHOLD_MEMBERS,
            name="脱贫户监测户家庭成员信息表",
            fields=list(dict.fromkeys(fields)),
            rows=rows,
            stated_on=self._day(),
        )

    # --- staff

    def _staff(self) -> Listing:
        rows = [
            Row(
                about=helper,
                values={
                    "name": helper.person.name, "id_number": helper.person.id_number,
                    "staff_no": helper.staff_no, "unit": helper.unit, "sex": helper.person.sex,
                    "department": helper.department, "post": helper.post,
                    "rank_title": helper.rank_title, "establishment": helper.on_establishment,
                    "in_service": helper.in_service, "worked_since": helper.worked_since,
                    "phone": helper.person.phone, "ethnicity": helper.person.ethnicity,
                },
            )
            for helper in self.world.staff
        ]  # fmt: skip
        fields = ["name", "id_number", "unit", "rank_title"]
        fields += self._some(
            ("staff_no", "sex", "department", "post", "establishment", "in_service",
             "worked_since", "phone", "ethnicity"), 0.6,
        )  # fmt: skip
        return Listing(
            kind=Kind.STAFF_ROSTER,
            name="教职工花名册",
            fields=fields,
            rows=self._sort(rows),
            stated_on=self._day(),
        )

    def _pairs(self) -> Listing:
        dice = self.dice
        rows = [
            Row(
                about=pair,
                values=home_values(pair.home)
                | {
                    "helper": pair.helper.person.name, "helper_id": pair.helper.person.id_number,
                    "helper_staff_no": pair.helper.staff_no, "helper_unit": pair.helper.unit,
                    "helper_post": pair.helper.post, "helper_phone": pair.helper.person.phone,
                    "paired_on": pair.since,
                },
            )
            for pair in self.world.pairs
        ]  # fmt: skip
        fields = ["household_no", "head_name", *self._some(("village", "head_id"))]
        helper = ["helper_unit", *self._some(("helper_id", "helper_post", "helper_phone"), 0.6)]
        dice.shuffle(helper)
        if dice.random() < 0.4:
            rows.sort(key=lambda row: str(row.values["helper"]))
        return Listing(
            kind=Kind.PAIRING_LIST,
            name="结对帮扶名单",
            fields=[*fields, "helper", *helper, *self._some(["paired_on"], 0.7)],
            rows=rows,
            stated_on=self._day(),
        )

    # --- events

    def _changes(self) -> list[Listing]:
        found = sorted(self.world.moves, key=lambda pair: pair[1].day)
        if self.dice.random() < 0.3:
            at = self.dice.randint(0, len(found))
            return [self._change_list(part) for part in (found[:at], found[at:])]
        return [self._change_list(found)]

    def _change_list(self, moves: Sequence[tuple[Pupil, Move]]) -> Listing:
        rows = [
            Row(about=(pupil, move), values=move_values(pupil, move), place=move_place(pupil, move))
            for pupil, move in moves
        ]
        fields = ["name", "id_number", "change", "happened_on", "school"]
        has = {name for row in rows for name in ("from_school", "to_school", "ends_on")
               if row.values.get(name)}  # fmt: skip
        fields += sorted(has)
        fields += self._some(("reason", "sex", "student_no"))
        fields += self.dice.choice([["grade", "class_no"], ["grade"], ["grade_class"]])
        return Listing(
            kind=Kind.STATUS_CHANGES,
            name="学籍异动登记表",
            fields=fields,
            rows=self._sort(rows),
            stated_on=TODAY,
        )
