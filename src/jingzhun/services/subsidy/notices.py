"""What the reader of a run must know: how it was computed, and who may have been left out.

Of a scheme for stages that nobody attends nothing is told.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from jingzhun.core.calendar import MonthDays
from jingzhun.core.conditions import FACTS, Comparison
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.policy import Pack, Version, words_asked
from jingzhun.core.policy_vocabulary import FeePart, Recipient
from jingzhun.core.policy_words import rate_words
from jingzhun.core.standing import COMPULSORY
from jingzhun.core.terms import Term
from jingzhun.core.vocabulary import Confidence, Stage, Unit, label_of
from jingzhun.store.conditions import PLAIN, SCHOOL_FACTS
from jingzhun.store.matches import are_there_twins
from jingzhun.store.monthly import without_fee
from jingzhun.store.plans import Entitlement, MonthPlan, Plan
from jingzhun.store.presence import in_force, present
from jingzhun.store.schema import BoardingSpell, Enrolment, Run, RunLine, School, StaffLine

_NAMED = 3


def notices_of(
    session: Session,
    months: Sequence[MonthPlan],
    run: Run,
    school_id: int | None,
    stages: frozenset[str],
) -> list[str]:
    """Give the notices of a run whose lines are written, each once; ``stages`` are attended."""
    told = _Notices(session, run.id, school_id, stages)
    calendars = [month.of(school_id).calendar for month in months]
    found = [*_of_calendars(calendars, run.computed_on)]
    for month in months:
        found += told.of_rules(month)
    for month in months:
        found += told.of_gaps(month)
    return [*dict.fromkeys(found), *told.of_boarding(calendars)]


def _of_calendars(calendars: Sequence[MonthDays], today: date) -> Iterator[str]:
    open_months = [
        calendar.month.label
        for calendar in calendars
        if calendar.days and calendar.month.period.end > today
    ]
    if open_months:
        yield f"{'、'.join(open_months)}尚未结束，按计划的上课日测算。"
    if not any(calendar.days for calendar in calendars):
        labels = "、".join(calendar.month.label for calendar in calendars)
        yield f"{labels}没有上课日，按日计算的项目没有金额。"
    for calendar in calendars:
        if calendar.days and not calendar.is_published:
            yield f"{calendar.month.year}年的放假调休安排尚未公布，上课日只扣除了周末。"


class _Notices:
    """The notices of one run."""

    def __init__(
        self, session: Session, run_id: int, school_id: int | None, stages: frozenset[str]
    ) -> None:
        self._session = session
        self._run_id = run_id
        self._school_id = school_id
        self._stages = stages
        self._twins = are_there_twins(session.connection())

    def of_rules(self, month: MonthPlan) -> Iterator[str]:
        """Say which rules are behind the national standard, and which nobody has checked."""
        plan = month.of(self._school_id)
        for entitlement in self._told(plan):
            yield from _behind(month.pack, entitlement, plan.calendar)
            yield from self._unchecked(entitlement)

    def of_gaps(self, month: MonthPlan) -> Iterator[str]:
        """Say who gets nothing because something about the school was never recorded."""
        plan = month.of(self._school_id)
        for entitlement in self._told(plan):
            if entitlement.scheme.recipient is not Recipient.PUPIL:
                continue
            title = entitlement.scheme.title
            for version in entitlement.versions:
                yield from self._unknown_schools(title, version, plan.calendar.deciding_day)
                if any(rate.fee is FeePart.WAIVED for rate in version.rates):
                    yield from self._unknown_fees(title, version, month)

    def of_boarding(self, calendars: Sequence[MonthDays]) -> Iterator[str]:
        """Count the pupils of whom nobody said how they attend, on a month's deciding day."""
        people: set[int] = set()
        for calendar in calendars:
            day = calendar.deciding_day
            said = exists().where(
                BoardingSpell.person_id == Enrolment.person_id, in_force(BoardingSpell, day)
            )
            query = select(Enrolment.person_id).where(
                present(day), Enrolment.stage.in_(list(COMPULSORY)), ~said
            )
            if self._school_id is not None:
                query = query.where(Enrolment.school_id == self._school_id)
            people.update(self._session.scalars(query))
        if people:
            yield (
                f"{len(people):,} 名小学、初中在校学生没有就读方式，寄宿和走读的补助都没有算；"
                "请导入写有就读方式的名册，或用 jingzhun set 补上。"
            )

    def _told(self, plan: Plan) -> Iterator[Entitlement]:
        for entitlement in plan.entitlements:
            if entitlement.scheme.recipient is Recipient.STAFF:
                lines = select(StaffLine.run_id).where(
                    StaffLine.run_id == self._run_id, StaffLine.scheme == entitlement.scheme.key
                )
                if self._session.execute(lines.limit(1)).first():
                    yield entitlement
            elif entitlement.is_for_any(self._stages):
                yield entitlement

    def _unchecked(self, entitlement: Entitlement) -> Iterator[str]:
        title = entitlement.scheme.title
        for version in entitlement.versions:
            if version.confidence is Confidence.UNCONFIRMED:
                yield f"{title}所用的标准未核实：{version.document}。"
                continue
            for rate in version.rates:
                if rate.confidence is Confidence.UNCONFIRMED and self._is_used(
                    entitlement.scheme.key, version, rate.amount_fen
                ):
                    words = f"{version.unit.label}{rate_words(replace(rate, confidence=None))}"
                    yield f"{title}中{words}的标准未核实：{version.document}。"

    def _is_used(self, scheme: str, version: Version, rate_fen: Fen | None) -> bool:
        query = select(RunLine.run_id).where(
            RunLine.run_id == self._run_id,
            RunLine.scheme == scheme,
            RunLine.version_from == version.starts,
            RunLine.rate_fen == rate_fen,
        )
        return self._session.execute(query.limit(1)).first() is not None

    def _unknown_schools(self, title: str, version: Version, day: date) -> Iterator[str]:
        """Say of which schools a fact is not recorded that everybody's eligibility turns on."""
        asked = {
            condition.fact
            for condition in version.conditions
            if isinstance(condition, Comparison) and condition.fact in SCHOOL_FACTS
        }
        stages = words_asked(version, "stage")
        for fact in sorted(asked):
            pupils = exists().where(Enrolment.school_id == School.id, present(day))
            if stages is not None:
                pupils = pupils.where(Enrolment.stage.in_(sorted(map(str, stages))))
            query = select(School.name).where(PLAIN[fact].is_(None), pupils).order_by(School.id)
            if self._school_id is not None:
                query = query.where(School.id == self._school_id)
            if names := self._session.scalars(query).all():
                asks = FACTS[fact].title
                yield (
                    f"{title}要看学校是不是“{asks}”：{_some(names)}没有登记，没有算；"
                    f"请补上，如 jingzhun set {names[0]} {asks.removesuffix('学校')} 是。"
                )

    def _unknown_fees(self, title: str, version: Version, month: MonthPlan) -> Iterator[str]:
        day = month.of(self._school_id).calendar.deciding_day
        query = without_fee(version, day, self._school_id, twins=self._twins)
        pupils = Counter((row.school_id, row.stage) for row in self._session.execute(query))
        if not pupils:
            return
        named = self._session.execute(select(School.id, School.name))
        names: dict[int, str] = {row.id: row.name for row in named}
        places = sorted(pupils)
        schools = [f"{names[school]}{label_of(Stage, stage)}" for school, stage in places]
        yield (
            f"{title}按学校收费标准减免：{_some(schools)}没有登记收费标准，"
            f"{pupils.total():,} 名学生没有算；"
            f"请补上，如 jingzhun set {names[places[0][0]]} 收费 800元/月（民办另加 --public）。"
        )


def _behind(pack: Pack, entitlement: Entitlement, calendar: MonthDays) -> Iterator[str]:
    """Say in one line that a national standard is above the scheme's own rate."""
    scheme = entitlement.scheme
    for version in entitlement.versions:
        last = calendar.days[-1] if version.unit is Unit.DAY else calendar.deciding_day
        standard = scheme.standard_on(last)
        highest = max(rate.amount_fen or Fen(0) for rate in version.rates)
        if standard is not None and highest < standard.amount_fen:
            yield (
                f"{scheme.title}按{pack.title}{version.unit.label}{format_yuan(highest)}元计算；"
                f"国家标准自{_since(standard.said_from)}起为{format_yuan(standard.amount_fen)}元"
                f"（{standard.document}）。"
            )


def _since(said_from: str) -> str:
    try:
        return Term.parse(said_from).label
    except ValueError:
        day = date.fromisoformat(said_from)
        return f"{day.year}年{day.month}月{day.day}日"


def _some(names: Sequence[str]) -> str:
    more = f"等 {len(names):,} 处" if len(names) > _NAMED else ""
    return f"{'、'.join(names[:_NAMED])}{more}"
