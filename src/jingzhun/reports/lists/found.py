"""``find``: whom and what a few words may mean — persons, staff, households, schools.

A text with digits is looked for in the numbers (id, 学籍号, 户编号, 人编号, phones), whole or by
their last four characters or more; a masked number finds what it hides. Any other text is looked
for inside names. Each table shows its first rows only; ``found`` says how many there are.

JSON::

    {"text", "as_of", "found": {"persons", "staff", "households", "schools"},
     "persons": [{"name", "id_number", "student_no", "sex", "born_on", "school", "grade",
        "class_no", "enrolled", "standing", "household_no", "village", "relation", "categories",
        "phone", "sources"}],
     "staff": [{"name", "id_number", "unit", "post", "phone", "households", "sources"}],
     "households": [{"household_no", "name", "township", "village", "members", "categories",
        "risk_removed", "phone", "helper", "sources"}],
     "schools": [{"code", "name", "is_public", "is_rural", "in_nutrition_plan", "county_type",
        "fees", "pupils", "sources"}]}

``enrolled`` says whether the pupil is on a roll on the day; if not, school and class are the last
ones known. ``sources`` holds the last place that speaks of the row's subject; of a school
those that set what it is and asks.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import process
from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask_text, upgrade_fifteen
from jingzhun.core.page import Page
from jingzhun.core.places import Place
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.errors import JingzhunError
from jingzhun.reports.households import categories_on, helpers_on, risk_removed
from jingzhun.reports.individuals import PERSON_COLUMNS, individuals
from jingzhun.reports.provenance import places_of_households, places_of_staff
from jingzhun.reports.schools import SCHOOL_COLUMNS, schools
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Household, Pairing, Person, School, Staff, Village

_MOST_SHOWN = 200
_SHORTEST = 4
_NEAR = 5
_DOTS = re.compile(r"[\s·•・．.‧]+")

_STAFF_COLUMNS = (
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    Column(key="unit", title="单位"),
    Column(key="post", title="职务"),
    Column(key="phone", title="联系电话"),
    Column(key="households", title="结对户数", kind=ColumnKind.COUNT),
    Column(key="sources", title="最近出处", kind=ColumnKind.SOURCES),
)
_HOUSEHOLD_COLUMNS = (
    Column(key="household_no", title="户编号"),
    Column(key="name", title="户主"),
    Column(key="township", title="乡镇"),
    Column(key="village", title="村"),
    Column(key="members", title="人数", kind=ColumnKind.COUNT),
    Column(key="categories", title="户类别", kind=ColumnKind.LIST),
    Column(key="risk_removed", title="风险已消除", kind=ColumnKind.FLAG),
    Column(key="phone", title="联系电话"),
    Column(key="helper", title="帮扶责任人"),
    Column(key="sources", title="最近出处", kind=ColumnKind.SOURCES),
)


def found_page(session: Session, text: str, *, as_of: date) -> Page:
    """Show whom and what ``text`` may mean.

    Raises:
        JingzhunError: ``find_too_short`` — fewer than four characters of a number;
            ``nothing_found``, naming the nearest names.
    """
    wanted = _Wanted.read(text)
    sought = (
        _Sought(
            "persons", "人员", PERSON_COLUMNS, _persons, wanted.of(_PERSON_NUMBERS, Person.name)
        ),
        _Sought("staff", "教职工和帮扶人", _STAFF_COLUMNS, _staff,
                wanted.of(_STAFF_NUMBERS, Staff.name)),
        _Sought("households", "户", _HOUSEHOLD_COLUMNS, _households,
                wanted.of(_HOUSEHOLD_NUMBERS, Household.head_name)),
        _Sought("schools", "学校", SCHOOL_COLUMNS, schools, wanted.of((School.code,), School.name)),
    )  # fmt: skip
    counts = {each.key: each.count(session) for each in sought}
    if not any(counts.values()):
        raise _nothing(session, wanted)
    return Page(
        title=f"查找“{mask_text(wanted.text)}”（{as_of.isoformat()}）",
        facts={"text": mask_text(wanted.text), "as_of": as_of.isoformat(), "found": counts},
        tables=[each.table(session, as_of, counts[each.key]) for each in sought],
    )


_PERSON_NUMBERS = (
    Person.id_number, Person.student_no, Person.person_no, Person.disability_no, Person.phone,
    Person.guardian_phone,
)  # fmt: skip
_STAFF_NUMBERS = (Staff.id_number, Staff.staff_no, Staff.phone)
_HOUSEHOLD_NUMBERS = (Household.household_no, Household.phone)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for; ``number`` is "" where it is a name."""

    text: str
    number: str

    @classmethod
    def read(cls, text: str) -> "_Wanted":
        """Tell a number from a name."""
        plain = unicodedata.normalize("NFKC", text).strip()
        compact = re.sub(r"[\s\-]+", "", plain).upper()
        if re.fullmatch(r"[A-Z0-9*]*[0-9][A-Z0-9*]*", compact):
            if len(compact.replace("*", "")) < _SHORTEST:
                raise JingzhunError(
                    "find_too_short",
                    f"“{plain}”太短，会找出太多不相干的人。",
                    "按号码查找，至少要写末四位；也可以按姓名查找。",
                )
            return cls(plain, compact)
        if not _DOTS.sub("", plain):
            raise JingzhunError(
                "find_too_short",
                "没有写要找什么。",
                "请写姓名（可以只写一部分）、身份证号、学籍号、户编号或电话。",
            )
        return cls(plain, "")

    def of(self, numbers: Sequence[Any], name: Any) -> ColumnElement[bool]:
        """Say that a row's numbers or name are what is looked for."""
        if not self.number:
            bare = func.replace(func.replace(name, "·", ""), " ", "")
            return bare.contains(_DOTS.sub("", self.text), autoescape=True)
        whole = upgrade_fifteen(self.number) or self.number
        if "*" in whole:
            pattern = re.sub(r"\*+", "%", whole)
            return or_(*(column.like(f"%{pattern}") for column in numbers))
        return or_(*(column.endswith(whole, autoescape=True) for column in numbers))


@dataclass(frozen=True, slots=True)
class _Sought:
    """One table of the page: where to look, and how to describe the rows that are found."""

    key: str
    title: str
    columns: Sequence[Column]
    describe: Callable[[Session, date, Select[Any]], list[tuple[Any, ...]]]
    condition: ColumnElement[bool]

    def count(self, session: Session) -> int:
        """Count what is found."""
        return session.scalar(select(func.count()).where(self.condition)) or 0

    def table(self, session: Session, day: date, count: int) -> Table:
        """Describe the first rows of what is found."""
        query = select(literal(1)).where(self.condition).limit(_MOST_SHOWN)
        rows = self.describe(session, day, query) if count else []
        more = f"共 {count:,} 条，只列出前 {len(rows)} 条；请写得更完整些。"
        return Table(
            key=self.key,
            heading=f"{self.title}（{count:,}）",
            columns=self.columns,
            rows=rows,
            notes=(more,) if count > len(rows) else (),
        )


# --- the three sorts of rows --------------------------------------------------------------------


def _persons(session: Session, day: date, query: Select[Any]) -> list[tuple[Any, ...]]:
    found = query.with_only_columns(Person.id).order_by(Person.name, Person.id)
    ids = session.scalars(found).all()
    known = individuals(session, day, ids)
    return [(*known[person][:-1], known[person][-1][-1:]) for person in ids]


def _staff(session: Session, day: date, query: Select[Any]) -> list[tuple[Any, ...]]:
    tied = select(func.count()).where(Pairing.staff_id == Staff.id, in_force(Pairing, day))
    rows = session.execute(
        query.with_only_columns(
            Staff.id, Staff.name, Staff.id_number, Staff.unit, Staff.post, Staff.phone,
            tied.scalar_subquery(),
        ).order_by(Staff.name, Staff.id)
    ).all()  # fmt: skip
    places = places_of_staff(session, [row[0] for row in rows])
    return [(*row[1:], _last(places, row[0])) for row in rows]


def _households(session: Session, day: date, query: Select[Any]) -> list[tuple[Any, ...]]:
    members = select(func.count()).where(Person.household_id == Household.id).scalar_subquery()
    rows = session.execute(
        query.with_only_columns(
            Household.id, Household.household_no, Household.head_name, Village.township,
            Village.name, members, Household.phone,
        )
        .select_from(Household)
        .outerjoin(Village, Village.id == Household.village_id)
        .order_by(Household.household_no, Household.id)
    ).all()  # fmt: skip
    places = places_of_households(session, [row[0] for row in rows])
    categories, helpers = categories_on(session, day), helpers_on(session, day)
    return [
        (
            *row[1:-1], list(categories.get(row[0], ())), risk_removed(categories.get(row[0], {})),
            row[-1], helpers.get(row[0]), _last(places, row[0]),
        )
        for row in rows
    ]  # fmt: skip


def _last(places: dict[int, list[Place]], subject: int) -> list[Place]:
    return places.get(subject, [])[-1:]


# --- nothing found ------------------------------------------------------------------------------


def _nothing(session: Session, wanted: _Wanted) -> JingzhunError:
    told = mask_text(wanted.text)
    if wanted.number:
        return JingzhunError(
            "nothing_found",
            f"账本里没有号码是“{told}”、或以它结尾的人和户。",
            "请核对号码；也可以按姓名查找，或只写末四位。",
        )
    names = session.scalars(
        union(select(Person.name), select(Staff.name), select(Household.head_name))
    ).all()
    near = process.extract(wanted.text, [name for name in names if name], limit=_NEAR,
                           score_cutoff=50)  # fmt: skip
    return JingzhunError(
        "nothing_found",
        f"账本里没有姓名含“{told}”的人。",
        f"相近的姓名：{'、'.join(name for name, _, _ in near)}。"
        if near
        else "请核对姓名，或改用身份证号、学籍号、户编号查找。",
    )
