"""``report assessment``: the yearly assessment of everybody, and of the departments.

JSON::

    {"as_of", "year", "is_over", "points": {item: most}, "bounds": {grade: least},
     "staff": [{"helper", "unit", "department", "post", "households", "lifted", "days_held",
        "visit_days", "visit_days_asked", "contribution_fen", "contribution_asked_fen", "planned",
        "checked", "better", "income_before_fen", "income_now_fen", "points_visits",
        "points_contribution", "points_plan", "points_checklist", "points_result", "score",
        "grade", "exemption"}],
     "departments": [{"unit", "department", "staff", then as above from "households" to "score",
        "excellent", "passed", "basic", "failed", "ungraded", "exempt", "unpaired"}]}

``visit_days`` and ``contribution_fen`` count up to what was asked of each pair. ``better`` counts
the households that need no more help than before the pair, or earn more. Who has no pair in the
year has no score; whoever left, or took over, in its course is judged for their days, and has no
grade where these are few.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from jingzhun.core.assessment import GRADED, Grade, Item, Tally, grade_of, points_of, total
from jingzhun.core.duties import years_compared
from jingzhun.core.page import Page
from jingzhun.core.pairing import Exemption, LoadRules, exemption
from jingzhun.core.progress import Look, days_covered
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.core.terms import Period
from jingzhun.policies.duties import Scale, scale_on
from jingzhun.policies.loads import load_rules
from jingzhun.reports import ReportOptions
from jingzhun.reports.helping.judging import Judged, judge_all, look_at, order_of, staff_by_id
from jingzhun.reports.schools import require_school
from jingzhun.store.helpers import facts_of
from jingzhun.store.policy_files import own_files
from jingzhun.store.progress import Income, incomes, spans_in_need
from jingzhun.store.schema import Staff

_WHO = (
    Column(key="helper", title="姓名"),
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    Column(key="post", title="职务"),
)
_WHICH = (
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    Column(key="staff", title="人数", kind=ColumnKind.COUNT),
)
_DONE = (
    Column(key="households", title="结对户数", kind=ColumnKind.COUNT),
    Column(key="lifted", title="今年脱贫户数", kind=ColumnKind.COUNT),
    Column(key="days_held", title="结对天数", kind=ColumnKind.COUNT),
    Column(key="visit_days", title="走访天数", kind=ColumnKind.COUNT),
    Column(key="visit_days_asked", title="应走访", kind=ColumnKind.COUNT),
    Column(key="contribution_fen", title="投入资金", kind=ColumnKind.MONEY),
    Column(key="contribution_asked_fen", title="应投入", kind=ColumnKind.MONEY),
    Column(key="planned", title="有计划户数", kind=ColumnKind.COUNT),
    Column(key="checked", title="核查完户数", kind=ColumnKind.COUNT),
    Column(key="better", title="见成效户数", kind=ColumnKind.COUNT),
    Column(key="income_before_fen", title="帮扶前人均收入", kind=ColumnKind.MONEY),
    Column(key="income_now_fen", title="现在人均收入", kind=ColumnKind.MONEY),
)
_SCORED = (*(f"points_{item}" for item in Item), "score")
_STAFF_AT_A_GLANCE = ("helper", "department", "households", *_SCORED, "grade", "exemption")
_DEPARTMENT_AT_A_GLANCE = ("unit", "department", "households", *_SCORED, *GRADED, Grade.FAILED)
_IN_FULL = ALL_FORMATS - {Format.TABLE}
_DAY = timedelta(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What became of one pair's household, beside what its helper did."""

    is_lifted: bool
    is_better: bool
    before: Income | None
    now: Income | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Assessed:
    """One member of staff with their pairs of the year, added up."""

    person: Staff
    tally: Tally
    days_held: int
    results: Sequence[_Result]
    points: Mapping[Item, int] | None
    grade: Grade
    reason: Exemption | None


def assessment_page(session: Session, options: ReportOptions) -> Page:
    """Assess a year; ``school`` narrows to a unit's staff.

    Raises:
        JingzhunError: ``school_unknown``; ``bad_value`` — the period is no year.
    """
    require_school(session, options.school)
    looked, _ = look_at(session, options)
    last = max(looked.so_far.end - _DAY, looked.year.start)
    own = own_files(session, last)
    scale = scale_on(last, own)
    pairs: dict[int, list[Judged]] = defaultdict(list)
    for pair in judge_all(session, looked).pairs:
        pairs[pair.staff[0]].append(pair)
    assessor = _Assessor(session, looked, scale, load_rules(last, own))
    found = [
        assessor.assess(person, pairs.get(person.id, []), last)
        for person in staff_by_id(session, options.school).values()
    ]
    year, is_over = looked.year.start.year, looked.so_far.end == looked.year.end
    return Page(
        title=f"结对帮扶年度考核（{year} 年{'' if is_over else f'，截至 {looked.day}'}）",
        facts={
            "as_of": looked.day.isoformat(),
            "year": year,
            "is_over": is_over,
            "points": dict(scale.points),
            "bounds": dict(scale.bounds),
        },
        tables=_tables(found, scale),
        notes=_notes(found, scale, is_over=is_over),
    )


class _Assessor:
    """Judges people by their pairs, with what became of the households."""

    def __init__(self, session: Session, looked: Look, scale: Scale, rules: LoadRules) -> None:
        self._looked = looked
        self._scale = scale
        self._rules = rules
        self._needs = spans_in_need(session)
        self._incomes = incomes(session, looked.year.start.year)

    def assess(self, person: Staff, pairs: Sequence[Judged], last: date) -> _Assessed:
        """Assess somebody by their pairs of the year."""
        results = [self._result(pair) for pair in pairs]
        tally = total(map(_tally, pairs, results))
        reason = exemption(facts_of(person), last, self._rules)
        points = points_of(tally, self._scale.points) if pairs else None
        if points is None:
            grade = Grade.UNPAIRED if reason is None else Grade.EXEMPT
        elif self._is_graded(pairs, tally):
            grade = grade_of(sum(points.values()), self._scale.bounds)
        else:
            grade = Grade.UNGRADED
        return _Assessed(
            person=person,
            tally=tally,
            days_held=days_covered(
                (span for pair in pairs for span in pair.spans), self._looked.so_far
            ),
            results=results,
            points=points,
            grade=grade,
            reason=reason,
        )

    def _is_graded(self, pairs: Sequence[Judged], tally: Tally) -> bool:
        """Tell whether somebody had a pair long enough, and anything was asked of them.

        Else whoever takes a household over in December would be graded for what others did.
        """
        spans = (span for pair in pairs for span in pair.spans)
        held = days_covered(spans, self._looked.year)
        return held >= self._scale.graded_days and tally.asked_days > 0

    def _result(self, pair: Judged) -> _Result:
        needs = self._needs.get(pair.household, [])
        begun, last = pair.begun_on, self._looked.last_day(pair.spans)

        def is_out(since: date) -> bool:
            """Say that there was need since a day, and is none on the last."""
            return bool(days_covered(needs, Period(since, last + _DAY))) and not days_covered(
                needs, Period(last, last + _DAY)
            )

        known = self._incomes.get(pair.household, {})
        years = years_compared(known, begun.year)
        if years and years[1] < self._looked.year.start.year - 1:
            years = None  # An income of long ago says nothing of this year.
        before, now = (known[years[0]], known[years[1]]) if years else (None, None)
        return _Result(
            is_lifted=is_out(max(begun, self._looked.year.start)),
            is_better=is_out(begun) or _is_more(now, before),
            before=before,
            now=now,
        )


def _is_more(now: Income | None, before: Income | None) -> bool:
    """Tell whether an income grew: by the head where both years have it, else the whole."""
    if now is None or before is None:
        return False
    if now.per_head_fen is not None and before.per_head_fen is not None:
        return now.per_head_fen > before.per_head_fen
    if now.income_fen is not None and before.income_fen is not None:
        return now.income_fen > before.income_fen
    return False


def _tally(pair: Judged, result: _Result) -> Tally:
    asked, done = pair.judgement.asked, pair.judgement.done
    return Tally(
        households=1,
        asked_days=asked.visit_days,
        done_days=min(done.visit_days, asked.visit_days),
        asked_fen=asked.contribution_fen,
        done_fen=min(done.contribution_fen, asked.contribution_fen),
        planned=done.has_plan,
        checked=done.has_checklist,
        better=result.is_better,
    )


def _tables(found: Sequence[_Assessed], scale: Scale) -> list[Table]:
    scored = (
        *(
            Column(
                key=f"points_{item}",
                title=f"{item.label}（{scale.points[item]}分）",
                kind=ColumnKind.COUNT,
            )
            for item in Item
        ),
        Column(key="score", title="得分", kind=ColumnKind.COUNT),
    )
    ranked = sorted(
        found,
        key=lambda one: (one.points is None, -_score(one.points), order_of(one.person)),
    )
    staff = Table(
        key="staff",
        heading=f"个人（{len(found)} 人）",
        columns=(
            *_WHO,
            *_DONE,
            *scored,
            Column(key="grade", title="等次", kind=ColumnKind.LABEL),
            Column(key="exemption", title="免予原因", kind=ColumnKind.LABEL),
        ),
        rows=[
            (*_who(one.person), *_done([one]), *_scored(one.points), one.grade, one.reason)
            for one in ranked
        ],
        shown_in=_IN_FULL,
    )
    grades = [Column(key=grade.value, title=grade.label, kind=ColumnKind.COUNT) for grade in Grade]
    departments = Table(
        key="departments",
        heading="部门",
        columns=(*_WHICH, *_DONE, *scored, *grades),
        rows=_departments(found, scale),
        shown_in=_IN_FULL,
    )
    return [
        _at_a_glance(staff, _STAFF_AT_A_GLANCE),
        staff,
        _at_a_glance(departments, _DEPARTMENT_AT_A_GLANCE),
        departments,
    ]


def _at_a_glance(table: Table, wanted: Collection[str]) -> Table:
    """Give a table with the few columns that a terminal has room for."""
    places = [place for place, each in enumerate(table.columns) if each.key in wanted]
    return Table(
        key=table.key,
        heading=table.heading,
        columns=[table.columns[place] for place in places],
        rows=[tuple(row[place] for place in places) for row in table.rows],
        shown_in=frozenset({Format.TABLE}),
    )


def _departments(found: Iterable[_Assessed], scale: Scale) -> list[tuple[Any, ...]]:
    """Give the departments by score, those without a pair last; the score is of all their pairs."""
    groups: dict[tuple[str, str], list[_Assessed]] = defaultdict(list)
    for one in found:
        groups[one.person.unit or "", one.person.department or ""].append(one)
    rows = []
    for name, some in groups.items():
        tally = total(one.tally for one in some)
        points = points_of(tally, scale.points) if tally.households else None
        grades = Counter(one.grade for one in some)
        rows.append((
            points is None, -_score(points), *name, len(some), *_done(some), *_scored(points),
            *(grades[grade] for grade in Grade),
        ))  # fmt: skip
    return [tuple(row[2:]) for row in sorted(rows, key=lambda row: row[:4])]


def _who(person: Staff) -> tuple[Any, ...]:
    return person.name, person.unit, person.department, person.post


def _done(some: Sequence[_Assessed]) -> tuple[Any, ...]:
    tally = total(one.tally for one in some)
    results = [result for one in some for result in one.results]
    told = [
        (result.before.per_head_fen, result.now.per_head_fen)
        for result in results
        if result.before and result.now
        and result.before.per_head_fen is not None and result.now.per_head_fen is not None
    ]  # fmt: skip
    before, now = (sum(column) // len(told) for column in zip(*told, strict=True)) if told else (
        None, None,
    )  # fmt: skip
    return (
        tally.households,
        sum(result.is_lifted for result in results),
        sum(one.days_held for one in some),
        tally.done_days,
        tally.asked_days,
        tally.done_fen,
        tally.asked_fen,
        tally.planned,
        tally.checked,
        tally.better,
        before,
        now,
    )


def _scored(points: Mapping[Item, int] | None) -> tuple[int | None, ...]:
    if points is None:
        return (None,) * (len(Item) + 1)
    return (*(points[item] for item in Item), sum(points.values()))


def _score(points: Mapping[Item, int] | None) -> int:
    return sum(points.values()) if points else 0


def _notes(found: Sequence[_Assessed], scale: Scale, *, is_over: bool) -> list[str]:
    grades = Counter(one.grade for one in found)
    told = "，".join(f"{grade.label} {grades[grade]} 人" for grade in Grade if grades[grade])
    most = "、".join(f"{item.label} {scale.points[item]} 分" for item in Item)
    least = "、".join(f"{grade.label} {scale.bounds[grade]} 分以上" for grade in GRADED)
    notes = [f"共 {len(found)} 人：{told or '无'}。"]
    if not is_over:
        notes.append("这一年还没有过完，走访和资金按已过的天数算。")
    notes += [
        f"满分：{most}；每项得分＝满分×完成÷应完成，只取整数，多做的不多得分，各项相加就是得分。",
        f"等次：{least}，其余{Grade.FAILED.label}。",
        f"结对不满 {scale.graded_days} 天，或还没有应走访天数的，只给得分，不定等次。",
        "成效：结对后脱贫（不再享受政策或风险已消除），或近两年的人均收入比帮扶前高的户。",
        "计划、核查、成效按户数算。年中接手、移交、调离的，按各自的结对天数。",
        f"依据：{'；'.join(scale.sources)}。",
    ]
    return notes
