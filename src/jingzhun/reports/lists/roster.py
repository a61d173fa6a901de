"""``report roster``: what the ledger holds, as lists, each row with the places it came from.

JSON: ``{"as_of", "kind", "rows": [...]}``. Every row has ``sources: [{"file", "sheet", "row"}]``.

- ``students`` (on a roll on the day; 休学 and 辍学 stay on it, see ``standing``) and ``persons``
  (everybody who has not died): name, id_number, student_no, sex, born_on, ethnicity, school, stage,
  grade, class_no, boarding, household_no, person_no, relation, categories, risk_removed,
  disability_no, labour_skill, phone, helper, then standing, township, village, entered_on,
  disability_kind, disability_degree, is_orphan, is_left_behind, school_distance_m, education,
  study_status, unschooled_reason, health, work_place, work_unit, work_months, is_employed,
  job_kind, job, work_region, wage_fen (a month), work_started_on, returned_on,
  unemployed_reason, labour_state,
  skill, had_training, has_certificate, wants_training, training_wish, job_wish, political_status,
  address, hukou_kind, is_migrant_child, is_martyr_child, is_farming_major, wants_aid,
  has_living_aid, guardian_name, guardian_relation, guardian_phone, guardian_id, sources.
- ``households``: household_no, name and id_number of the head, township, village, group_name,
  members, pupils, categories, risk_removed, poverty_cause, phone, helper, sources.
- ``staff``: name, id_number, staff_no, sex, born_on, ethnicity, unit, department, post, rank_title,
  on_establishment, establishment, in_service, in_hardship, worked_since, political_status,
  education, phone, households (how many are tied to them), sources.
- ``pairs``: household_no, name of the head, township, village, categories, risk_removed, helper,
  unit, post, phone, paired_on, measures, sources.
- ``aid`` (what pupils were granted) and ``payments`` (what was paid): name, id_number, student_no,
  school, project, period, amount_fen, standard_fen; then approved_on, remark, or days, account,
  bank, payee, payee_relation, paid_on, pay_way, remark; sources.
- ``donations``: donated_on, donor, amount_fen, goods, quantity, measure, unit_price_fen, value_fen,
  receiver, purpose, receipt_no, handler, remark, sources.
- ``facilities``: year, section, item, school, model, works_kind, quantity, measure, unit_price_fen,
  amount_fen, planned_fen, own_funds_fen, gap_funds_fen, area (m²), beneficiaries, funding_source,
  bought_on, works_started_on, works_finished_on, accepted, works_state, remark, sources.
- ``kindergarten``: started_on, ended_on, helping_school, helped_school, form, theme, speaker,
  participants, people, hours, place, goods, remark, sources; ``kindergarten_pairs``: the two,
  paired_on, ended_on, keeper, keeper_phone, remark, sources; ``kindergarten_results``: period, the
  two, rated, rated_good, rated_passed, papers, has_plan, has_measures, has_records, has_summary,
  has_research, has_parents, has_feature, remark, sources.
- ``secondments`` (that began by the day): name, id_number, unit, department, secondment_kind,
  to_unit, to_place, to_post, seconded_on, due_on, ended_on, end_reason, document, remark, sources.
- ``meals`` (days in a month by a list): month, name, id_number, student_no, school, days, sources;
  ``headcounts``: day, school, grade, class_no (null: the whole grade), heads, sources.
- ``absences`` (a row for each school day): day, name, id_number, student_no, school, grade,
  class_no, is_excused (null: nobody says), reason, sources.
- ``visits``: visited_on, days, purpose, name, id_number, student_no, school, grade, class_no,
  household_no, head_name, village, visitor, visitor_unit,
  visitor_phone, way, result, sources.
- ``dropout_ledger``: name, id_number, student_no, school, dropped_on, reason, state, placement,
  back_on, persuasions (how many), measures, keeper, keeper_unit, keeper_phone, remark, sources.
- ``contributions``: given_on, household_no, head_name, township, village, help_way, amount_fen,
  content, helper, helper_unit, remark, sources; ``household_plans``: year, of the household as
  before, help_way, content, goal, plan_state (null: planned), done_on, helper, helper_unit, remark,
  sources; ``checklists``: checked_on, of the household, assurance, fulfilment, note, checker,
  remark, sources; ``household_incomes``: year, of the household, members, wages_fen, business_fen,
  property_fen, transfers_fen, income_fen, per_head_fen, remark, sources.

``categories`` and other closed vocabularies are codes, ``boarding`` as on the day; ``risk_removed``
is true only where every monitored category in force is removed, null where none is. A terminal, a
page and the first sheet of a workbook show the columns that fit on a line; the second sheet, CSV
and JSON all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import PROGRAMS, Column, ColumnKind, Format, Table
from jingzhun.errors import UsageError
from jingzhun.reports import ReportOptions
from jingzhun.reports.households import categories_on, helpers_on, risk_removed
from jingzhun.reports.lists.days import DAYS
from jingzhun.reports.lists.fields import Lookup, Roster, RosterKind, read_rows
from jingzhun.reports.lists.helped import HELPED
from jingzhun.reports.lists.people import LISTS
from jingzhun.reports.lists.registers import REGISTERS
from jingzhun.reports.provenance import place_finder
from jingzhun.reports.schools import require_school

_NUMBER = Column(key="number", title="序号", kind=ColumnKind.SEQUENCE)
ROSTERS = {**LISTS, **REGISTERS, **DAYS, **HELPED}


def roster_page(session: Session, options: ReportOptions) -> Page:
    """Give one list as of a day.

    Raises:
        UsageError: ``kind_unknown``.
        JingzhunError: ``school_unknown``.
    """
    kind = _kind(options)
    day = options.as_of
    roster = ROSTERS[kind](day, options.school)
    if roster.is_about_schools:
        require_school(session, options.school)
    return page_of(session, kind, roster, day)


def page_of(session: Session, kind: RosterKind, roster: Roster, day: date) -> Page:
    """Give the page of a list, whole or narrowed by whoever asks."""
    rows = read_rows(session, roster.fields, roster.query, _lookups(session, day, roster))
    columns = [field.column for field in roster.fields]
    note = f"共 {len(rows):,} 行。"
    full = Table(
        key="rows",
        heading="",
        columns=columns,
        rows=rows,
        total=_total(roster, rows),
        notes=[note],
        shown_in=PROGRAMS | {Format.CSV},
    )
    return Page(
        title=f"{roster.title}（{day.isoformat()}）",
        facts={"as_of": day.isoformat(), "kind": kind.value},
        tables=tuple(_tables(roster, full, note)),
    )


def _tables(roster: Roster, full: Table, note: str) -> Iterator[Table]:
    """Give the list as each format shows it.

    People see a line for a row, and in a workbook everything on a sheet of its own.
    """
    more = f"{note}更多栏目和每行出处见 --format xlsx 或 json。"
    glance = _places(full, roster.glance)
    yield _part(full, glance, [more], Format.TABLE)
    yield full
    paper = _places(full, roster.paper or roster.glance)
    yield _with_numbers(_part(full, paper, [more], Format.HTML))
    beside = f"{note}全部栏目和每行出处见后一张工作表。"
    yield _with_numbers(_part(full, paper, [beside], Format.XLSX))
    everything = _part(full, _filled(full), [note], Format.XLSX)
    yield replace(everything, heading="全部栏目和出处")


def _with_numbers(table: Table) -> Table:
    """Give a table with 序号 in front of each row."""
    return replace(
        table,
        columns=[_NUMBER, *table.columns],
        rows=[(None, *row) for row in table.rows],
        total=table.total and (None, *table.total),
    )


def _places(table: Table, keys: str) -> list[int]:
    wanted = keys.split()
    return [at for at, column in enumerate(table.columns) if column.key in wanted]


def _filled(table: Table) -> list[int]:
    """Give the places of the columns in which any row says anything: the others only take room."""
    nothing: tuple[Any, ...] = (None, "", [])
    rows, width = table.rows, len(table.columns)
    return [at for at in range(width) if not rows or any(row[at] not in nothing for row in rows)]


def _part(table: Table, places: Sequence[int], notes: Sequence[str], shown_in: Format) -> Table:
    """Give a table with some of its columns."""
    return replace(
        table,
        columns=[table.columns[place] for place in places],
        rows=[tuple(row[place] for place in places) for row in table.rows],
        total=table.total and tuple(table.total[place] for place in places),
        notes=notes,
        shown_in=frozenset({shown_in}),
    )


def _total(roster: Roster, rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """Give the sums below a list; None where nothing is summed, or there is nothing to sum."""
    if not roster.sums or not rows:
        return None
    return tuple(
        sum(row[place] or 0 for row in rows) if field.key in roster.sums else None
        for place, field in enumerate(roster.fields)
    )


def _kind(options: ReportOptions) -> RosterKind:
    try:
        return RosterKind(options.kind or RosterKind.STUDENTS)
    except ValueError:
        known = (f"{kind}（{ROSTERS[kind](options.as_of, None).title}）" for kind in RosterKind)
        raise UsageError(
            "kind_unknown",
            f"没有叫“{options.kind}”的名册。",
            f"--kind 可以写：{'、'.join(known)}。",
        ) from None


def _lookups(session: Session, day: date, roster: Roster) -> dict[str, Lookup]:
    wanted = {field.lookup for field in roster.fields}
    lookups: dict[str, Lookup] = {}
    if "categories" in wanted:
        categories = categories_on(session, day)
        risks = {household: risk_removed(held) for household, held in categories.items()}
        lookups["categories"] = lambda household: list(categories.get(household, ()))
        lookups["risk"] = risks.get
    if "helper" in wanted:
        lookups["helper"] = helpers_on(session, day).get
    if roster.places is not None:
        places = roster.places(session)
        lookups["places"] = lambda subject: places.get(subject, [])
    else:
        find = place_finder(session)
        lookups["places"] = lambda origin: [find(*origin)]
    return lookups
