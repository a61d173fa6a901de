"""``report pairing``: households without a helper, helpers over or under their load, the pairs.

JSON::

    {"as_of",
     "households_without_helper": [{"household_no", "name", "township", "village", "categories",
        "risk_removed", "phone", "sources"}],
     "helpers": [{"helper", "unit", "post", "load", "expected", "difference",
        "state": "under|over|fit|exempt", "exemption": null |
        "not_on_establishment|not_in_service|retiring|in_hardship", "households": [household_no],
        "sources"}],
     "pairs": [{"helper", "unit", "post", "household_no", "name", "township", "village",
        "paired_on", "measures", "sources"}]}

Only listed households need a helper. ``load`` counts the households tied on the day, ``difference``
is load minus expected, ``name`` the head of the household; where a household has no number its
head's name stands in ``households``. Everybody whom a staff or pairing list names is a helper;
whether they are on the establishment and when they were born exempts only where it is known. A
terminal shows what needs somebody's attention, every other format everything.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.pairing import Exemption, LoadState, expected_load, load_state
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.policies.loads import load_rules
from jingzhun.policies.norms import norms
from jingzhun.reports import ReportOptions
from jingzhun.reports.households import categories_on, risk_removed
from jingzhun.reports.lists.fields import Field, read_rows
from jingzhun.reports.provenance import place_finder, places_of_households, places_of_staff
from jingzhun.reports.schools import require_school
from jingzhun.store.helpers import facts_of
from jingzhun.store.policy_files import own_files
from jingzhun.store.presence import in_force, listed_households, released, without_helper
from jingzhun.store.schema import Household, Pairing, Staff, Village

_HELPER_COLUMNS = (
    Column(key="helper", title="帮扶责任人"),
    Column(key="unit", title="单位"),
    Column(key="post", title="职务"),
    Column(key="load", title="已结对", kind=ColumnKind.COUNT),
    Column(key="expected", title="应结对", kind=ColumnKind.COUNT),
    Column(key="difference", title="相差", kind=ColumnKind.COUNT),
    Column(key="state", title="情况", kind=ColumnKind.LABEL),
    Column(key="exemption", title="免予原因", kind=ColumnKind.LABEL),
    Column(key="households", title="结对户", kind=ColumnKind.LIST),
    Column(key="sources", title="来源", kind=ColumnKind.SOURCES),
)
_IN_FULL = ALL_FORMATS - {Format.TABLE}
_UNFIT = frozenset({LoadState.OVER, LoadState.UNDER})
_ORDER = {state: place for place, state in enumerate(LoadState)}


def pairing_page(session: Session, options: ReportOptions) -> Page:
    """Show who helps whom on a day, and what does not fit; ``school`` narrows to a unit's staff.

    Raises:
        JingzhunError: ``school_unknown``.
    """
    require_school(session, options.school)
    day, unit = options.as_of, options.school
    lonely = _households_without_helper(session, day)
    helpers, notes = _helpers(session, day, unit)
    pairs = _pairs(session, day, unit)
    return Page(
        title=f"结对帮扶（{day.isoformat()}）",
        facts={"as_of": day.isoformat()},
        tables=(lonely, _needing_attention(helpers, pairs), helpers, pairs),
        notes=notes,
    )


def _needing_attention(helpers: Table, pairs: Table) -> Table:
    """Give the helpers whom somebody must see to: a terminal has no room for those who fit."""
    rows = [row for row in helpers.rows if row[6] in _UNFIT or _must_hand_over(row)]
    others = len(helpers.rows) - len(rows)
    note = (
        f"另有 {others:,} 人不用处理；全部帮扶责任人和 {len(pairs.rows):,} 对结对，"
        "见 --format xlsx 或 json。"
    )
    return replace(helpers, rows=rows, notes=[note], shown_in=frozenset({Format.TABLE}))


def _must_hand_over(row: tuple[Any, ...]) -> bool:
    return row[7] is Exemption.NOT_IN_SERVICE and bool(row[8])


def _households_without_helper(session: Session, day: date) -> Table:
    needy = without_helper(day)

    def query(selection: Select[Any]) -> Select[Any]:
        return (
            selection.select_from(Household)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(needy)
            .order_by(Village.township, Village.name, Household.household_no, Household.id)
        )

    categories = categories_on(session, day)
    places = places_of_households(session, select(Household.id).where(needy))
    fields = (
        Field("household_no", "户编号", Household.household_no),
        Field("name", "户主", Household.head_name),
        Field("township", "乡镇", Village.township),
        Field("village", "村", Village.name),
        Field("categories", "户类别", Household.id, ColumnKind.LIST, lookup="categories"),
        Field("risk_removed", "风险已消除", Household.id, ColumnKind.FLAG, lookup="risk"),
        Field("phone", "联系电话", Household.phone),
        Field("sources", "来源", Household.id, ColumnKind.SOURCES, lookup="places"),
    )
    rows = read_rows(
        session,
        fields,
        query,
        {
            "categories": lambda household: list(categories[household]),
            "risk": lambda household: risk_removed(categories[household]),
            "places": lambda household: places.get(household, []),
        },
    )
    return Table(
        key="households_without_helper",
        heading=f"没有帮扶责任人的户（{len(rows)} 户）",
        columns=[field.column for field in fields],
        rows=rows,
        notes=_released_note(session, day),
    )


def _released_note(session: Session, day: date) -> list[str]:
    """Say how many households are listed, but let go: nobody pairs them until they are in need."""
    count = session.scalar(
        select(func.count()).where(Household.id.in_(listed_households(day)), released(day))
    )
    if not count:
        return []
    return [
        f"另有 {count:,} 户已脱贫（不享受政策或风险已消除）并已解除结对，不再排；再有困难重新列出。"
    ]


def _helpers(session: Session, day: date, unit: str | None) -> tuple[Table, list[str]]:
    own = own_files(session, day)
    held, rules = norms("pairing", day, own), load_rules(day, own)
    tied = _tied_households(session, day)
    query = select(Staff).order_by(Staff.unit, Staff.department, Staff.id)
    if unit is not None:
        query = query.where(Staff.unit == unit)
    people = session.scalars(query).all()
    places = places_of_staff(session, select(Staff.id))
    rows = []
    for person in people:
        households = tied.get(person.id, [])
        expected, reason = expected_load(facts_of(person), day, rules)
        state = load_state(len(households), expected, reason)
        rows.append((
            person.name, person.unit, person.post, len(households), expected,
            len(households) - expected, state, reason, households, places.get(person.id, []),
        ))  # fmt: skip
    rows.sort(key=lambda row: _ORDER[row[6]])
    table = Table(
        key="helpers",
        heading=f"帮扶责任人（{_summary([row[6] for row in rows])}）",
        columns=_HELPER_COLUMNS,
        rows=rows,
        shown_in=_IN_FULL,
    )
    unknown = sum(person.born_on is None for person in people)
    handover = sum(map(_must_hand_over, rows))
    notes = [
        f"应结对户数：{held['load'].source}；{held['top_load'].source}。",
        f"近三年退休按{held['retirement'].source}推算。",
    ]
    if unknown:
        notes.append(f"有 {unknown} 人出生日期不详，未作近三年退休处理。")
    if handover:
        notes.append(f"有 {handover} 人已不在职但仍有结对户，应办理交接。")
    return table, notes


def _summary(states: list[LoadState]) -> str:
    return (
        "，".join(
            f"{state.label} {states.count(state)} 人" for state in LoadState if state in states
        )
        or "无"
    )


def _tied_households(session: Session, day: date) -> dict[int, list[str]]:
    query = (
        select(Pairing.staff_id, Household.household_no, Household.head_name)
        .join(Household, Household.id == Pairing.household_id)
        .where(in_force(Pairing, day))
        .order_by(Household.household_no, Household.id)
    )
    tied: dict[int, list[str]] = {}
    for staff, number, head in session.execute(query):
        tied.setdefault(staff, []).append(number or head or "")
    return tied


def _pairs(session: Session, day: date, unit: str | None) -> Table:
    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(Pairing)
            .join(Household, Household.id == Pairing.household_id)
            .join(Staff, Staff.id == Pairing.staff_id)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(in_force(Pairing, day))
            .order_by(Staff.unit, Staff.department, Staff.id, Household.household_no, Household.id)
        )
        return found if unit is None else found.where(Staff.unit == unit)

    find = place_finder(session)
    fields = (
        Field("helper", "帮扶责任人", Staff.name),
        Field("unit", "单位", Staff.unit),
        Field("post", "职务", Staff.post),
        Field("household_no", "户编号", Household.household_no),
        Field("name", "户主", Household.head_name),
        Field("township", "乡镇", Village.township),
        Field("village", "村", Village.name),
        Field("paired_on", "结对日期", Pairing.valid_from, ColumnKind.DATE),
        Field("measures", "帮扶措施", Pairing.measures),
        Field(
            "sources",
            "来源",
            (Pairing.sheet_id, Pairing.row_number),
            ColumnKind.SOURCES,
            lookup="places",
        ),
    )
    rows = read_rows(session, fields, query, {"places": lambda origin: [find(*origin)]})
    return Table(
        key="pairs",
        heading=f"结对名单（{len(rows)} 对）",
        columns=[field.column for field in fields],
        rows=rows,
        shown_in=_IN_FULL,
    )
