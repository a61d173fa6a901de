"""The schooling part of a row: school, stage, grade, class, boarding, entry, status."""

from typing import Any

from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import Stage
from jingzhun.rosters import cells
from jingzhun.rosters.cells import is_placeholder, plain
from jingzhun.rosters.context import Context
from jingzhun.rosters.dates import DateReader
from jingzhun.rosters.grades import (
    ClassWord,
    GradeWord,
    class_word,
    grade_word,
    settle,
    settle_class,
    stage_of_school,
)
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.odd import Odd
from jingzhun.rosters.reading import Draft

_STAGE_WORDS = "请填学前、小学、初中、普高、中职等"


def read_schooling(draft: Draft, dates: DateReader, *, required: bool) -> None:
    """Read the schooling columns; with ``required`` a row must say school and stage."""
    _read_school(draft)
    draft.take("school_code", cells.code)
    draft.take(
        "stage",
        cells.vocabulary("stage", code_name="stage_unknown", expected=_STAGE_WORDS),
        refuses=True,
    )
    _read_boarding(draft)
    draft.take("entered_on", dates.month)
    draft.take(
        "status",
        cells.vocabulary(
            "status", code_name="status_unknown", expected="请填在读、休学、毕业、转出、退学等"
        ),
        refuses=True,
    )
    if "status" in draft.values:
        draft.values["status"] = [
            None if status == "present" else status for status in draft.values["status"]
        ]
    _Placement(draft, required=required).read()


def school_name(cell: Any) -> str | None:
    """Read a school's name without white space."""
    found = normalise(plain(cell))
    return None if is_placeholder(found) else found


def _contexts(draft: Draft, attribute: str) -> list[Any]:
    """Give by position what section lines and titles say."""
    grid = draft.grid
    outer = getattr(grid.context, attribute)
    if not grid.row_context:
        return [outer] * draft.size
    nothing = Context()
    return [
        getattr(grid.row_context.get(number, nothing), attribute) or outer
        for number in grid.row_numbers
    ]


def _read_school(draft: Draft) -> None:
    schools = draft.take("school", school_name)
    mixed = draft.raw("school_grade")
    if mixed is not None:
        draft.values["school"] = schools = [_split_school(cell)[0] for cell in mixed]
    said = _contexts(draft, "school")
    if schools is None:
        if any(said):
            draft.values["school"] = said
    elif None in schools:
        draft.values["school"] = [
            own or context for own, context in zip(schools, said, strict=True)
        ]


def _split_school(cell: Any) -> tuple[str | None, str]:
    """Split 云岭镇中心小学三年级 into school and the rest."""
    found = normalise(plain(cell))
    for end in ("小学", "中学", "学校", "幼儿园", "教学点", "学院", "初中", "高中"):
        front, mark, rest = found.partition(end)
        if mark and front:
            return front + mark, rest
    return None, found


def _read_boarding(draft: Draft) -> None:
    ways = draft.take("boarding", _boarding, refuses=True)
    flags = draft.take("is_boarder", cells.flag, refuses=True)
    if flags is None:
        return
    by_flag = [None if flag is None else ("boarder" if flag else "day") for flag in flags]
    del draft.values["is_boarder"]
    draft.values["boarding"] = (
        by_flag
        if ways is None
        else [way or other for way, other in zip(ways, by_flag, strict=True)]
    )


def _boarding(cell: Any) -> str | Odd | None:
    found = normalise(plain(cell))
    if found.isdigit() and found != "0":
        return Odd(
            "boarding_unknown",
            f"就读方式“{found}”是代码,各地含义不同,请改成“走读”或“住校”。",
        )
    read: str | Odd | None = cells.vocabulary(
        "boarding", code_name="boarding_unknown", expected="请填走读、住校、借宿或其他"
    )(cell)
    return read


class _Placement:
    """Settle stage, grade and class of every row from the words that the row and titles give."""

    def __init__(self, draft: Draft, *, required: bool) -> None:
        self.draft = draft
        self.required = required
        context = draft.grid.context
        if context.term:
            self.school_year = context.term.school_year
        else:
            self.school_year = context.school_year or school_year_of(draft.stated_on)

    def read(self) -> None:
        """Write ``stage``, ``grade`` and ``class_no`` columns into the draft."""
        draft = self.draft
        grades = self._grade_words()
        classes = self._class_words()
        schools = draft.values.get("school") or [None] * draft.size
        stages = draft.values.get("stage") or [None] * draft.size
        if grades is None and classes is None and not any(schools) and not any(stages):
            if self.required:
                self._refuse_without_school(schools)
            return
        nothing: list[Any] = [None] * draft.size
        columns: tuple[list[Any], ...] = (grades or nothing, classes or nothing, schools, stages)
        # Equal cells were read to one and the same object: their addresses make a cheap key.
        rows = list(zip(*(map(id, column) for column in columns), strict=True))
        place = dict(zip(rows, range(draft.size), strict=True))
        known = {
            key: self._settle(*(column[at] for column in columns)) for key, at in place.items()
        }
        settled = [known[key] for key in rows]
        draft.values["stage"] = [stage for stage, _, _, _ in settled]
        draft.values["grade"] = [grade for _, grade, _, _ in settled]
        draft.values["class_no"] = [class_no for _, _, class_no, _ in settled]
        odd = {key: result[3] for key, result in known.items() if result[3] is not None}
        if odd:
            unread = {p.row_number for p in draft.problems if p.code == "grade_unreadable"}
            for at, key in enumerate(rows):
                what = odd.get(key)
                if what is not None and draft.grid.row_numbers[at] not in unread:
                    field = "stage" if what.code == "stage_conflict" else self._grade_field()
                    refuses = what.code != "grade_unknown"
                    draft.note(at, field, what, refuses=refuses)
        if self.required:
            self._refuse_without_school(schools)

    def _refuse_without_school(self, schools: list[str | None]) -> None:
        what = Odd("school_missing", "看不出是哪所学校,请加“学校名称”一列,或写在标题里。")
        codes = self.draft.values.get("school_code") or [None] * self.draft.size
        for at, (school, code) in enumerate(zip(schools, codes, strict=True)):
            if school is None and code is None:
                self.draft.note(at, "school", what, refuses=True)

    def _grade_field(self) -> str:
        for name in ("grade", "grade_class", "school_grade", "class_no"):
            if self.draft.has(name):
                return name
        return "grade"

    def _grade_words(self) -> list[GradeWord | None] | None:
        draft = self.draft
        words = draft.take("grade", _grade, refuses=True)
        mixed = draft.raw("school_grade")
        if words is None and mixed is not None:
            words = [_word_of(_split_school(cell)[1]) for cell in mixed]
        said = [word and _word_of(word) for word in _contexts(draft, "grade")]
        if words is None:
            return said if any(said) else None
        return [own or context for own, context in zip(words, said, strict=True)]

    def _class_words(self) -> list[ClassWord | None] | None:
        draft = self.draft
        words = draft.take("class_no", _class, refuses=False)
        both = draft.take("grade_class", _grade_and_class, refuses=True)
        if both is not None:
            del draft.values["grade_class"]
            words = both if words is None else [a or b for a, b in zip(words, both, strict=True)]
        mixed = draft.raw("school_grade")
        if words is None and mixed is not None:
            words = [class_word(_split_school(cell)[1]) for cell in mixed]
        said = [word and class_word(word) for word in _contexts(draft, "class_text")]
        if words is None:
            return said if any(said) else None
        return [own or context for own, context in zip(words, said, strict=True)]

    def _settle(
        self,
        grade: GradeWord | None,
        klass: ClassWord | None,
        school: str | None,
        stage: str | None,
    ) -> tuple[str | None, int | None, int | None, Odd | None]:
        """Give stage, grade, class number and what is odd about them."""
        explicit = Stage.coded(stage) if stage else None
        hint = explicit or (stage_of_school(school) if school else None)
        word = grade or (klass.grade if klass else None)
        if word is None and klass and klass.joined and hint is not Stage.PRESCHOOL:
            front = klass.joined // 100
            word = GradeWord(number=front) if 1 <= front <= 12 else None
        found, number = settle(word, hint, self.school_year) if word else (hint, None)
        if explicit and found and found is not explicit:
            return (
                None,
                None,
                None,
                Odd("stage_conflict", f"学段写{explicit.label},年级却是{found.label}的,请核对。"),
            )
        class_no = settle_class(klass, number) if klass else None
        if found is None:
            if not self.required and word is None:
                return None, None, class_no, None
            return (
                None,
                None,
                None,
                Odd("grade_missing", "看不出年级和学段,请填年级(如三年级、七年级)。"),
            )
        what = None
        if number is None and found in {Stage.PRIMARY, Stage.JUNIOR} and self.required:
            what = Odd("grade_unknown", f"看不出几年级,先按{found.label}记,请补填年级。")
        return found.value, number, class_no, what


def _word_of(text: str) -> GradeWord | None:
    word = grade_word(text)
    if word is None:
        klass = class_word(text)
        word = klass.grade if klass else None
    return word


def _grade(cell: Any) -> GradeWord | Odd | None:
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    word = _word_of(plain(cell))
    if word is not None:
        return word
    return Odd("grade_unreadable", f"年级“{found[:20]}”读不出来,请写成三年级、七年级或大班。")


def _class(cell: Any) -> ClassWord | Odd | None:
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    word = class_word(cell if isinstance(cell, float) else plain(cell))
    if word is not None:
        return word
    return Odd("class_unreadable", f"班级“{found[:20]}”读不出班号,没有采用;请写成 1班。")


def _grade_and_class(cell: Any) -> ClassWord | Odd | None:
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    word = class_word(cell if isinstance(cell, float) else plain(cell))
    if word is None or (word.grade is None and word.joined is None):
        grade = grade_word(found)
        if grade is None:
            return Odd("grade_unreadable", f"年级班级“{found[:20]}”读不出来,请写成三年级2班。")
        return ClassWord(number=None, grade=grade)
    return word
