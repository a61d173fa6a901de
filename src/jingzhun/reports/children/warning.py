"""``report warning`` 辍学预警: who may leave school next, ranked, with every point's plain reason.

JSON::

    {"as_of", "levels": {"red", "orange", "yellow"},
     "schools": [{"school", "red", "orange", "yellow", "all"}],
     "pupils": [{"rank", "name", "id_number", "school", "stage", "grade", "class_no", "level",
        "score", "sources"}],
     "signs": [{"rank", "rule", "points", "words"}],
     "rules": [{"rule", "counts", "document", "confidence"}]}

Asked about are the pupils at school in 小学 and 初中 whom ``report dropout`` does not name. The
score is the sum of the points of a pupil's signs (``rank`` says whose they are) and nothing else.
Equal scores are told by school, grade, class and name. ``levels`` are the scores from which on a
pupil is of a level, ``rules`` what is counted for how many points, by which document: both are
policy data, and the ledger may have its own (``warning.toml``). See :mod:`jingzhun.core.warning`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.report_vocabulary import SpecialGroup
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.core.vocabulary import Stage
from jingzhun.core.warning import WarningLevel, WarningRule, WarningRules, rule_words
from jingzhun.policies.holidays import holidays_for
from jingzhun.policies.limits import school_age_on
from jingzhun.policies.norms import Norm
from jingzhun.policies.packs import definitions
from jingzhun.policies.warning import warning_rules
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.children import chunks, gone_on, returned_between
from jingzhun.reports.facts import is_fact, is_of_group
from jingzhun.reports.provenance import places_of_persons
from jingzhun.reports.schools import require_school
from jingzhun.store.absent_spells import absent_spells
from jingzhun.store.absentees import details
from jingzhun.store.calendars import Calendars
from jingzhun.store.matches import are_there_twins
from jingzhun.store.policy_files import own_files
from jingzhun.store.schema import School
from jingzhun.store.signs import Known, Signs, WarnedPupil

_RANK = Column(key="rank", title="名次", kind=ColumnKind.COUNT)
_SCHOOL = Column(key="school", title="学校")
_SOURCES = Column(key="sources", title="来源", kind=ColumnKind.SOURCES)
_PUPILS = (
    _RANK,
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证件号", kind=ColumnKind.ID),
    _SCHOOL,
    Column(key="stage", title="学段", kind=ColumnKind.LABEL),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级", kind=ColumnKind.COUNT),
    Column(key="level", title="等级", kind=ColumnKind.LABEL),
    Column(key="score", title="分值", kind=ColumnKind.COUNT),
)
_REASONS = Column(key="reasons", title="迹象（各几分，相加为分值）", kind=ColumnKind.LIST)
_SCHOOLS = (
    _SCHOOL,
    *(
        Column(key=level.value, title=level.label, kind=ColumnKind.COUNT)
        for level in WarningLevel
    ),
    Column(key="all", title="合计", kind=ColumnKind.COUNT),
)  # fmt: skip
_SIGNS = (
    _RANK,
    Column(key="rule", title="迹象", kind=ColumnKind.LABEL),
    Column(key="points", title="分", kind=ColumnKind.COUNT),
    Column(key="words", title="说明"),
)
_RULES = (
    Column(key="rule", title="迹象", kind=ColumnKind.LABEL),
    Column(key="counts", title="怎样计分"),
    Column(key="document", title="依据"),
    Column(key="confidence", title="核实", kind=ColumnKind.LABEL),
)


def warning_page(session: Session, options: ReportOptions) -> Page:
    """Rank the pupils of whom there is reason to worry on a day; ``school`` narrows to one school.

    Raises:
        JingzhunError: ``school_unknown``.
    """
    require_school(session, options.school)
    day = options.as_of
    rules, held = warning_rules(day, own_files(session, day))
    titles = {name: each[-1].title for name, each in definitions(own_files(session, day)).items()}
    schools = dict(session.execute(select(School.id, School.name)).all())
    warned = _warned(session, day, rules, schools, options.school)
    rows = [(rank, *row) for rank, row in enumerate(_rows(session, warned, schools, rules), 1)]
    bounds = "，".join(f"{level.label}{rules.levels[level]}分起" for level in WarningLevel)
    return Page(
        title=f"辍学预警（{day.isoformat()}）",
        facts={
            "as_of": day.isoformat(),
            "levels": {level.value: rules.levels[level] for level in WarningLevel},
        },
        tables=(
            _school_table(warned, schools, rules),
            *_pupil_tables(rows, [_reasons(pupil, rules, titles) for _, pupil in warned]),
            _sign_table(warned, rules, titles),
            _rule_table(rules, held, titles, bounds),
        ),
        notes=("只看在校的小学、初中学生；已经辍学、疑似辍学的见 jingzhun report dropout。",),
    )


#: Name and id number of a pupil, and the pupil.
_Named = tuple[tuple[Any, ...], WarnedPupil]


def _warned(
    session: Session,
    day: date,
    rules: WarningRules,
    schools: Mapping[int, str],
    school: str | None,
) -> list[_Named]:
    """Give the pupils in order, with their names."""
    connection = session.connection()
    twins = are_there_twins(connection)
    window = rules.rules[WarningRule.RETURNED].window_days
    known = Known(
        gone=gone_on(session, day),
        spells=absent_spells(session, day, Calendars(connection, holidays_for)),
        returned=returned_between(session, day - timedelta(window - 1), day),
        is_fact=lambda name: is_fact(session, name, day, twins=twins),
        is_of_group=lambda word: is_of_group(
            session, SpecialGroup.coded(word), day, twins=twins
        ),
    )  # fmt: skip
    school_id = next((number for number, name in schools.items() if name == school), None)
    if school is not None and school_id is None:
        return []
    ages = school_age_on(day, own_files(session, day))
    with Signs(connection, day, rules) as signs:
        found = signs.find(known, ages, school_id)
    names: dict[int, tuple[Any, ...]] = {}
    for some in chunks(pupil.person_id for pupil in found):
        names |= details(session, some)

    def order(pupil: WarnedPupil) -> tuple[Any, ...]:
        name, number = names[pupil.person_id]
        return (-pupil.score, schools[pupil.school_id], pupil.grade or 0, pupil.class_no or 0, name,
                number or "", pupil.person_id)  # fmt: skip

    return [(names[pupil.person_id], pupil) for pupil in sorted(found, key=order)]


def _rows(
    session: Session, warned: Sequence[_Named], schools: Mapping[int, str], rules: WarningRules
) -> Iterable[tuple[Any, ...]]:
    places: dict[int, Any] = {}
    for some in chunks(pupil.person_id for _, pupil in warned):
        places |= places_of_persons(session, some)
    for (name, number), pupil in warned:
        yield (
            name, number, schools[pupil.school_id], Stage.coded(pupil.stage), pupil.grade,
            pupil.class_no, rules.level_of(pupil.score), pupil.score,
            places.get(pupil.person_id, []),
        )  # fmt: skip


def _reasons(pupil: WarnedPupil, rules: WarningRules, titles: Mapping[str, str]) -> list[str]:
    """Say each sign in words, with its points."""
    return [
        f"{sign.told(rules.rules[sign.rule], titles)}（{sign.points}分）" for sign in pupil.signs
    ]


# --- tables -------------------------------------------------------------------------------------


def _school_table(
    warned: Sequence[_Named], schools: Mapping[int, str], rules: WarningRules
) -> Table:
    counts: dict[str, Counter[WarningLevel | None]] = defaultdict(Counter)
    for _, pupil in warned:
        counts[schools[pupil.school_id]][rules.level_of(pupil.score)] += 1
    rows: list[tuple[Any, ...]] = [
        (name, *(count[level] for level in WarningLevel), count.total())
        for name, count in sorted(counts.items())
    ]
    total = ("合计", *(sum(row[at] for row in rows) for at in range(1, len(_SCHOOLS))))
    return Table(
        key="schools",
        heading="各校人数",
        columns=_SCHOOLS,
        rows=rows,
        total=total if len(rows) > 1 else None,
    )


def _pupil_tables(
    rows: Sequence[tuple[Any, ...]], reasons: Sequence[list[str]]
) -> tuple[Table, Table]:
    return (
        Table(
            key="pupils", heading="", columns=(*_PUPILS, _SOURCES), rows=rows, shown_in=PROGRAMS
        ),
        Table(
            key="pupils",
            heading=f"预警名单（{len(rows)} 人，分值高的在前）",
            columns=(*_PUPILS, _REASONS, _SOURCES),
            rows=[
                (*row[:-1], words, row[-1]) for row, words in zip(rows, reasons, strict=True)
            ],
            notes=("只是提醒先去看谁，不是结论，也不公示；去看过的，请登记家访或立案。",),
            shown_in=PEOPLE,
        ),
    )  # fmt: skip


def _sign_table(warned: Sequence[_Named], rules: WarningRules, titles: Mapping[str, str]) -> Table:
    rows = [
        (rank, sign.rule, sign.points, sign.told(rules.rules[sign.rule], titles))
        for rank, (_, pupil) in enumerate(warned, 1)
        for sign in pupil.signs
    ]
    return Table(key="signs", heading="", columns=_SIGNS, rows=rows, shown_in=PROGRAMS)


def _rule_table(
    rules: WarningRules, held: Mapping[str, Norm], titles: Mapping[str, str], bounds: str
) -> Table:
    rows = [
        (name, rule_words(name, rule, titles), held[name.value].document,
         held[name.value].confidence)
        for name, rule in rules.rules.items()
    ]  # fmt: skip
    change = "jingzhun policy show warning --toml --out warning.toml 取出来改好，再 policy use"
    return Table(
        key="rules",
        heading="怎样计分",
        columns=_RULES,
        rows=rows,
        notes=(
            f"分值＝各条迹象的分数相加，没有别的；{bounds}（{held['levels'].source}）。",
            f"分值可以改成本地的：{change} warning.toml。",
        ),
    )
