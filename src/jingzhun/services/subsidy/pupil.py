"""Which pupil a page is about, where the pupil is in a month, and what is odd about that."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from jingzhun.core.identity import mask
from jingzhun.core.vocabulary import GRADE_LABELS
from jingzhun.services.subsidy.findings import say_day
from jingzhun.services.subsidy.judgement import place_of
from jingzhun.services.subsidy.pupil_days import stays_of
from jingzhun.store.history import History, link_words
from jingzhun.store.plans import MonthPlan
from jingzhun.store.schema import Enrolment


def pupil_record(history: History, plan: MonthPlan, *, show_ids: bool) -> dict[str, Any]:
    """Give who the pupil is, and the school where the month is counted."""
    person = history.person
    shown = str if show_ids else mask
    enrolment = _enrolment(history, plan)
    return {
        "name": person.name,
        "id_number": shown(person.id_number) if person.id_number else None,
        "student_no": shown(person.student_no) if person.student_no else None,
        "school": history.schools[enrolment.school_id].name if enrolment else None,
        "grade": enrolment.grade if enrolment else None,
        "class_no": enrolment.class_no if enrolment else None,
    }


def placement_words(history: History, plan: MonthPlan, *, show_ids: bool) -> str:
    """Say who the pupil is and where."""
    pupil = pupil_record(history, plan, show_ids=show_ids)
    words = [pupil["name"], pupil["id_number"] or pupil["student_no"] or "无证件号"]
    enrolment = _enrolment(history, plan)
    if enrolment is not None:
        words.append(_class_words(history, enrolment))
    return "　".join(words)


def notices_about(history: History, plans: Sequence[MonthPlan], today: date) -> Iterator[str]:
    """Give what a reader must know of a pupil's months."""
    calendars = [place_of(history, plan).plan.calendar for plan in plans]
    taught = [calendar for calendar in calendars if calendar.days]
    planned = [each.month.label for each in taught if each.month.period.end > today]
    if planned:
        yield f"{'、'.join(planned)}尚未结束，按计划的上课日测算。"
    for year in dict.fromkeys(each.month.year for each in taught if not each.is_published):
        yield f"{year}年的放假调休安排尚未公布，上课日只扣除了周末。"
    absent = [plan for plan in plans if not stays_of(history, plan)]
    if len(absent) == len(plans):
        yield _nowhere(history, plans)
    elif absent:
        labels = "、".join(plan.month.label for plan in absent)
        yield f"{labels}不在任何学校的学籍里。"
    for plan in plans:
        yield from _moved(history, plan)
    if history.person.died_on is not None:
        yield f"该生已于{say_day(history.person.died_on)}去世。"
    for twin in history.twins:
        yield (
            f"同一人另有一条记录{link_words(twin.person)}："
            "贫困、残疾等情况两条合起来看，资助只在其中一条名下计算。"
        )


def _moved(history: History, plan: MonthPlan) -> Iterator[str]:
    stays = stays_of(history, plan)
    if len(stays) > 1:
        moved = "，".join(
            f"{stay.first:%m-%d} 至 {stay.last:%m-%d} 在{stay.school}" for stay in stays
        )
        yield (
            f"{plan.month.label}换过学校：{moved}；"
            "按天的项目分学校算，按月的项目归第一个上课日所在的学校。"
        )


def _enrolment(history: History, plan: MonthPlan) -> Enrolment | None:
    """Give the enrolment on the day that decides, else the month's first."""
    found = history.enrolment_on(place_of(history, plan).day)
    if found is not None:
        return found
    days = (history.enrolment_on(day) for day in plan.month.period.days())
    return next((enrolment for enrolment in days if enrolment is not None), None)


def _nowhere(history: History, plans: Sequence[MonthPlan]) -> str:
    """Say that a pupil is on no roll in the months, and where the pupil was or will be."""
    start, end = plans[0].month.period.start, plans[-1].month.period.end
    label = "至".join(dict.fromkeys((plans[0].month.label, plans[-1].month.label)))
    before = [each for each in history.enrolments if each.valid_until and each.valid_until <= start]
    after = [each for each in history.enrolments if each.valid_from >= end]
    if before:
        last = before[-1]
        until = say_day((last.valid_until or start) - timedelta(1))
        return f"{label}不在任何学校的学籍里；最后在{_class_words(history, last)}，到{until}。"
    if after:
        first = after[0]
        since = say_day(first.valid_from)
        return f"{label}还不在任何学校的学籍里；{since}起在{_class_words(history, first)}。"
    return (
        "账本里没有这个人的学籍；在上学的请导入学籍名册，适龄未入学的见 jingzhun report coverage。"
    )


def _class_words(history: History, enrolment: Enrolment) -> str:
    school = history.schools[enrolment.school_id].name
    class_no = f"{enrolment.class_no}班" if enrolment.class_no else ""
    return f"{school}{GRADE_LABELS.get(enrolment.grade or 0, '')}{class_no}"
