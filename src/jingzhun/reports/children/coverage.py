"""``report coverage`` 覆盖核对: children of listed households against rolls, both ways.

JSON::

    {"as_of", "school_year", "poor_pupils": {"all", "listed", "unlisted"}, "open_pairs", "crowded",
     "groups": [{"group", "all", "matched", "missing", "said_at_school"}],
     "missing": [{"name", "id_number", "group", "born_on", "household_no", "township", "village",
        "relation", "categories", "study_status", "unschooled_reason", "last_school", "likely",
        "sources"}],
     "unlisted": [{"name", "id_number", "student_no", "school", "grade", "class_no", "grounds",
        "likely", "sources"}],
     "pairs": as in ``match review``, answered ones that are the same included,
     "conflicts": see :mod:`jingzhun.reports.children.conflicts`,
     "matched": [{"name", "id_number", "group", "household_no", "township", "village",
        "categories", "school", "grade", "class_no", "present", "matched_by", "sources"}]}

Two sums are exact, of humans, and asserted: members = matched + missing in each group; poor pupils
= listed + unlisted. Who counts: :mod:`jingzhun.reports.children.survey`; what counts as one human:
:mod:`jingzhun.reports.humans`. The missing stand in the order of concern: of compulsory age first,
and first those of whom no household list says that they go to some school, as it says of
``said_at_school``. ``likely`` names whom a row may be, until somebody confirms it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.collector import collector_at_rest
from jingzhun.core.page import Page
from jingzhun.core.report_vocabulary import AgeGroup
from jingzhun.core.table import ALL_FORMATS, Column, ColumnKind, Format, Table
from jingzhun.core.vocabulary import MatchedBy, Verdict
from jingzhun.errors import UsageError
from jingzhun.reports import ReportOptions
from jingzhun.reports.children.conflicts import conflict_tables
from jingzhun.reports.children.matches import answered_pairs, crowd_notes, open_pairs, pair_tables
from jingzhun.reports.children.survey import MATCHED, MISSING, UNLISTED, Rows, Survey
from jingzhun.reports.children.suspects import suspects_on
from jingzhun.reports.households import categories_of
from jingzhun.reports.humans import Humans, humans_of
from jingzhun.reports.lists.fields import Field, Lookup
from jingzhun.reports.provenance import place_finder, places_of_persons
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Recognition
from jingzhun.store.suspects import Suspects

_MOST_LIKELY = 3
_KEYS_MATCHED = [each.key for each in MATCHED]
_KEYS_MISSING = [each.key for each in MISSING]
_CONCERN = [AgeGroup.COMPULSORY, AgeGroup.UNKNOWN, AgeGroup.PRESCHOOL, AgeGroup.SENIOR]
_HOME = ("household_no", "township", "village", "categories")
_GROUP_COLUMNS = (
    Column(key="group", title="年龄段", kind=ColumnKind.LABEL),
    Column(key="all", title="名单上", kind=ColumnKind.COUNT),
    Column(key="matched", title="在籍", kind=ColumnKind.COUNT),
    Column(key="missing", title="未在任何学校", kind=ColumnKind.COUNT),
    Column(key="said_at_school", title="其中户名单写在校", kind=ColumnKind.COUNT),
)


def coverage_page(session: Session, options: ReportOptions) -> Page:
    """Compare household lists with rolls as of a day.

    Raises:
        UsageError: ``option_not_taken`` — coverage is of the whole ledger and has no kinds.
    """
    if options.school or options.kind:
        raise UsageError(
            "option_not_taken",
            "覆盖核对总是对照全部名单和全部学籍，不能只看一所学校或一种名册。",
            "请去掉 --school 和 --kind；要看一所学校，可在导出的工作簿里筛选。",
        )
    with collector_at_rest():
        return _page(session, options.as_of)


def _page(session: Session, day: date) -> Page:
    survey = Survey(session, day)
    suspects = suspects_on(session, day)
    humans = humans_of(session, suspects.certain)
    found = _Comparison(survey, suspects, humans)
    groups, matched, missing = found.members()
    poor, unlisted = found.poor_pupils()
    pairs = [
        *open_pairs(session, day, suspects),
        *(pair for pair in answered_pairs(session, day) if pair.verdict is Verdict.SAME),
    ]
    year = survey.school_year
    return Page(
        title=f"覆盖核对（{year}—{year + 1}学年，{day.isoformat()}）",
        facts={
            "as_of": day.isoformat(),
            "school_year": year,
            "poor_pupils": poor,
            "open_pairs": len(suspects.open),
            "crowded": suspects.crowded,
        },
        tables=(
            _groups_table(groups, poor, survey.ages),
            _table("missing", "困难户的孩子，未在任何学校", MISSING, missing),
            _table("unlisted", "在籍的困难学生，不在任何户名单的困难户里", UNLISTED, unlisted),
            *pair_tables(pairs, f"可能是同一人的记录，和已认定的（{len(pairs):,} 对）"),
            *conflict_tables(session, day, humans),
            _table("matched", "已对上", MATCHED, matched, shown_in=ALL_FORMATS - {Format.TABLE}),
        ),
        notes=(
            f"已对上的 {len(matched):,} 人逐名见 --format xlsx 或 json。",
            *_notes(suspects),
            *crowd_notes(suspects),
        ),
    )


class _Comparison:
    """The rows of one page, of humans."""

    def __init__(self, survey: Survey, suspects: Suspects, humans: Humans) -> None:
        self._survey = survey
        self._humans = humans
        self._others = humans.records
        self._groups: dict[int, AgeGroup] = {}
        self._lookups = self._look_up(survey.session, survey.day, suspects)

    def members(self) -> tuple[Rows, Rows, Rows]:
        """Give the rows of the age groups, of the matched and of the missing."""
        survey = self._survey
        counts = Counter(survey.count_members())
        plan = self._fold(counts)
        matched = survey.matched(self._lookups)
        missing = survey.missing(self._lookups)
        if plan.extra:
            matched += survey.matched(self._lookups, only=plan.extra)
        if self._others:
            matched = self._put_together(matched, missing)
            matched, missing = (
                [row for row in rows if row[0] not in plan.dropped] for rows in (matched, missing)
            )
        place = _KEYS_MATCHED.index("group")  # and of MISSING
        found, lost = (Counter(row[place] for row in rows) for rows in (matched, missing))
        for group in AgeGroup:
            # Three questions; humans of several records are counted once in each.
            assert counts[group] == found[group] + lost[group], group  # noqa: S101 - the identity
        missing.sort(key=_concern)
        at_school = Counter(row[place] for row in missing if _is_said_at_school(row))
        groups = [
            (group, counts[group], found[group], lost[group], at_school[group])
            for group in AgeGroup
        ]
        return groups, matched, self._with_places(missing)

    def poor_pupils(self) -> tuple[dict[str, int], Rows]:
        """Give the sums of poor pupils, and the rows of those whom no household list has."""
        survey = self._survey
        everybody, listed = survey.count_poor_pupils()
        rows = survey.unlisted(self._lookups)
        if self._humans.several:
            among = self._humans.everybody
            poor, on_list = survey.poor_pupils_among(among), survey.on_list_among(among)
            dropped = set()
            for records in self._humans.several:
                pupils = [person for person in records if person in poor]
                on_a_list = [person for person in pupils if poor[person]]
                everybody -= max(0, len(pupils) - 1)
                if not pupils:
                    continue
                if on_list.isdisjoint(records):
                    dropped.update(pupils[1:])
                else:
                    listed += 1 - len(on_a_list)
                    dropped.update(pupils)
            rows = [row for row in rows if row[0] not in dropped]
        assert everybody == listed + len(rows)  # noqa: S101 - a question of its own
        sums = {"all": everybody, "listed": listed, "unlisted": len(rows)}
        return sums, self._with_places(rows)

    def _fold(self, counts: Counter[AgeGroup]) -> "_Plan":
        """Count each human once, and say which of its records gives the row."""
        plan = _Plan()
        if not self._humans.several:
            return plan
        survey, everybody = self._survey, self._humans.everybody
        members, pupils = survey.members_among(everybody), survey.pupils_among(everybody)
        for records in self._humans.several:
            inside = [person for person in records if person in members]
            if not inside:
                continue
            group, *surplus = (survey.group_of(members[person]) for person in inside)
            counts.subtract(each for each in surplus if each is not None)
            at_school = [person for person in records if person in pupils]
            shown = at_school[0] if at_school else inside[0]
            plan.dropped.update(person for person in records if person != shown)
            if at_school and shown not in members:
                plan.extra.append(shown)
            if group is not None:
                self._groups[shown] = group
        return plan

    # --- what columns are made of ---------------------------------------------------------------

    def _look_up(self, session: Session, day: date, suspects: Suspects) -> dict[str, Lookup]:
        categories = categories_of(session, day)
        recognised = set(
            session.scalars(select(Recognition.person_id).where(in_force(Recognition, day)))
        )
        likely = _likely(suspects)
        nothing: list[Any] = []

        def grounds(key: tuple[int, bool | None, int | None]) -> list[str]:
            person, is_orphan, home = key
            told = [category.label for category in categories.get(home or 0, ())]
            told += ["困难认定"] if person in recognised else []
            return told + (["孤儿或事实无人抚养"] if is_orphan else [])

        return {
            "categories": lambda home: categories.get(home, nothing),
            "grounds": grounds,
            "both_places": self._both_places(session),
            "likely": lambda person: likely.get(person, nothing),
            "places": lambda _person: nothing,
        }

    def _both_places(self, session: Session) -> Lookup:
        """Give the last row of a household list and the row of the roll."""
        find = place_finder(session)
        last = self._survey.last_rows_of_household_lists()
        # Not by way of ``self``: a circle would keep all of this until the collector comes.
        others = self._others

        def both(key: tuple[int, int, int]) -> list[Any]:
            person, sheet, row = key
            here = find(sheet, row)
            if person not in others:
                # The usual case, without a thought for other records.
                place = last.get(person)
                return [here] if place is None or place == (sheet, row) else [find(*place), here]
            own = [last.get(each) for each in others[person]]
            listed = [place for place in own if place is not None and place != (sheet, row)]
            return [*(find(*place) for place in listed), here]

        return both

    def _put_together(self, matched: Rows, missing: Rows) -> Rows:
        """Tell a human of several records as one: its household, its age, how it was found."""
        known = {row[0]: dict(zip(_KEYS_MISSING, row, strict=True)) for row in missing
                 if row[0] in self._others}  # fmt: skip
        told = []
        for row in matched:
            if row[0] not in self._others:
                told.append(row)
                continue
            facts = dict(zip(_KEYS_MATCHED, row, strict=True))
            others = [known[each] for each in self._others[row[0]] if each in known]
            if others and not facts["household_no"]:
                facts |= {key: others[0][key] for key in _HOME}
            is_confirmed = row[0] in self._humans.confirmed
            facts["matched_by"] = MatchedBy.CONFIRMED if is_confirmed else MatchedBy.STUDENT_NO
            facts["group"] = self._groups.get(row[0], facts["group"])
            told.append(tuple(facts.values()))
        return told

    def _with_places(self, rows: Rows) -> Rows:
        """Fill the last column with every place that speaks of a row's person."""
        places = places_of_persons(self._survey.session, [row[0] for row in rows])
        return [(*row[:-1], places.get(row[0], [])) for row in rows]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which records give no row of their own, and which give one though they are no members."""

    dropped: set[int] = field(default_factory=set)
    extra: list[int] = field(default_factory=list)


def _is_said_at_school(row: tuple[Any, ...]) -> bool:
    """Say that a household list has a missing child at some school, of another ledger maybe."""
    status = row[_KEYS_MISSING.index("study_status")]
    return bool(status) and not status.startswith(("学龄前", "非在校", "未"))


def _concern(row: tuple[Any, ...]) -> tuple[int, bool]:
    """Give the place of a missing child's row: what may be a child out of school comes first."""
    group = row[_KEYS_MISSING.index("group")]
    return _CONCERN.index(group), _is_said_at_school(row)


def _likely(suspects: Suspects) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for each in suspects.open:
        reasons = "、".join(reason.label for reason in each.reasons)
        for person, other in ((each.one, each.other), (each.other, each.one)):
            told = found.setdefault(person.id, [])
            if len(told) < _MOST_LIKELY:
                told.append(f"{other.name}（{reasons}）")
    return found


# --- tables -------------------------------------------------------------------------------------


def _table(
    key: str,
    heading: str,
    fields: Sequence[Field],
    rows: Rows,
    *,
    shown_in: frozenset[Format] = ALL_FORMATS,
) -> Table:
    return Table(
        key=key,
        heading=f"{heading}（{len(rows):,} 人）",
        columns=[each.column for each in fields],
        rows=rows,
        shown_in=shown_in,
    )


def _groups_table(groups: Rows, poor: dict[str, int], ages: Mapping[AgeGroup, range]) -> Table:
    years = "，".join(f"{group.label} {of.start}—{of.stop - 1}" for group, of in ages.items())
    parts = f"户名单的困难户里有的 {poor['listed']:,} 人＋没有的 {poor['unlisted']:,} 人"
    total = (None, *(sum(row[place] for row in groups) for place in range(1, 5)))
    return Table(
        key="groups",
        heading="困难户学龄人口与学籍",
        columns=_GROUP_COLUMNS,
        rows=groups,
        total=total,
        notes=(
            f"名单上＝在籍＋未在任何学校。学年开始前8月31日的周岁：{years}；没有出生日期的年龄不明。",
            "户名单写在校的，多半在没有导入学籍的学校就读（高中、中职、外地），请导入或逐名核实。",
            f"在籍的困难学生 {poor['all']:,} 人＝{parts}。",
        ),
    )


def _notes(suspects: Suspects) -> tuple[str, ...]:
    if not suspects.open:
        return ()
    certain = len(suspects.certain)
    told = (
        f"其中 {certain:,} 对学籍号和姓名都相同，这里先按同一人计；算资助要等核对确认。"
        if certain
        else ""
    )
    return (f"有 {len(suspects.open):,} 对待核对：jingzhun match review。{told}",)
