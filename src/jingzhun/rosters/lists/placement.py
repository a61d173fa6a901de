"""Stage, grade and class of every row, from the words that the row and the lines around it give."""

from typing import Any

from jingzhun.core.terms import school_year_of
from jingzhun.core.vocabulary import Stage
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.layout.context import Context
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.grades import (
    ClassWord,
    GradeWord,
    class_word,
    grade_word,
    is_secondary,
    settle,
    settle_class,
    stage_of_school,
)
from jingzhun.rosters.values.odd import Odd

#: Stages that the ledger does not follow; their grades are not read as those of a school.
BEYOND = "beyond"
#: The word of a grade like 研一: none of ours.
_POSTGRADUATE = GradeWord()
_SCHOOLS = frozenset({Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR})
#: Stage, grade, class number, and what is odd about them.
Placed = tuple[str | None, int | None, int | None, Odd | None]
#: Faults of placement that leave the row in.
_NOTICES = frozenset(
    {"grade_unknown", "school_stage_mismatch", "class_grade_mismatch", "stage_beyond"}
)


def contexts(draft: Draft, attribute: str) -> list[Any]:
    """Give by position what section lines and titles say."""
    grid = draft.grid
    outer = getattr(grid.context, attribute)
    if not grid.row_context:
        return [outer] * draft.size
    nothing = Context()
    lines = [grid.row_context.get(number, nothing) for number in grid.row_numbers]
    if attribute == "class_text":
        # A section that names a grade has left the class of the title behind.
        return [line.class_text or (None if line.grade else outer) for line in lines]
    return [getattr(line, attribute) or outer for line in lines]


def split_school(cell: Any) -> tuple[str | None, str]:
    """Split 云岭镇中心小学三年级 into school and the rest."""
    found = normalise(plain(cell))
    for end in ("小学", "中学", "学校", "幼儿园", "教学点", "学院", "初中", "高中"):
        front, mark, rest = found.partition(end)
        if mark and front:
            return front + mark, rest
    return None, found


class Placement:
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
        nothing: list[Any] = [None] * draft.size
        schools = draft.values.get("school") or nothing
        stages = draft.values.get("stage") or nothing
        if grades is None and classes is None and not any(schools) and not any(stages):
            if self.required:
                self._refuse_without_school(schools)
            return
        said = contexts(draft, "stage")
        columns: tuple[list[Any], ...] = (
            grades or nothing, classes or nothing, schools, stages, said,
        )  # fmt: skip
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
            cells: dict[str, list[Any]] = {}
            unread = {p.row_number for p in draft.problems if p.code == "grade_unreadable"}
            for at, key in enumerate(rows):
                what = odd.get(key)
                if what is not None and draft.grid.row_numbers[at] not in unread:
                    field = self._field_of(what.code)
                    if field not in cells:
                        cells[field] = draft.raw(field) or nothing
                    cell = cells[field][at] or ""
                    must = self.required and what.code == "stage_beyond"
                    refuses = must or what.code not in _NOTICES
                    draft.note(at, field, what, cell, refuses=refuses)
        if self.required:
            self._refuse_without_school(schools)

    def _refuse_without_school(self, schools: list[str | None]) -> None:
        what = Odd("school_missing", "看不出是哪所学校，请加“学校名称”一列，或写在标题里。")
        codes = self.draft.values.get("school_code") or [None] * self.draft.size
        for at, (school, code) in enumerate(zip(schools, codes, strict=True)):
            if school is None and code is None:
                self.draft.note(at, "school", what, refuses=True)

    def _field_of(self, code: str) -> str:
        names = ["grade", "grade_class", "school_grade", "class_no"]
        if code in {"stage_conflict", "stage_beyond"}:
            names.insert(0, "stage")
        elif code == "class_grade_mismatch":
            names.insert(0, "class_no")
        return next((name for name in names if self.draft.has(name)), "grade")

    def _grade_words(self) -> list[GradeWord | None] | None:
        draft = self.draft
        words = draft.take("grade", _grade, refuses=True)
        mixed = draft.raw("school_grade")
        if words is None and mixed is not None:
            words = [_word_of(split_school(cell)[1]) for cell in mixed]
        said = [word and _word_of(word) for word in contexts(draft, "grade")]
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
            words = [class_word(split_school(cell)[1]) for cell in mixed]
        said = [word and class_word(word) for word in contexts(draft, "class_text")]
        if words is None:
            return said if any(said) else None
        return [own or context for own, context in zip(words, said, strict=True)]

    def _settle(
        self,
        grade: GradeWord | None,
        klass: ClassWord | None,
        school: str | None,
        stage: str | None,
        said: str | None,
    ) -> Placed:
        """Give stage, grade, class number and what is odd about them."""
        if stage == BEYOND or grade == _POSTGRADUATE:
            number = klass.number if klass else None
            return None, None, number, Odd("stage_beyond", "研究生不在本账学段之内，没有记年级。")
        explicit = Stage.coded(stage) if stage else None
        named = stage_of_school(school) if school else None
        word = grade or (klass.grade if klass else None)
        hint = explicit or named or (_around(said, school) if word or school else None)
        if word is None and klass and klass.joined and hint is not Stage.PRESCHOOL:
            front = klass.joined // 100
            word = GradeWord(number=front) if 1 <= front <= 12 else None
        if word and hint is None and _may_be_either(word, school):
            return _refused(
                "grade_unreadable",
                "中学的一、二、三年级可能是初中也可能是高中，请写成七年级或高一，或加“学段”一列。",
            )
        found, number = settle(word, hint, self.school_year) if word else (hint, None)
        class_no = settle_class(klass, number) if klass else None
        if found is None:
            if not self.required and word is None:
                return None, None, class_no, None
            return _refused("grade_missing", _what_is_missing(word))
        what = self._doubt(word, (found, number), explicit, named) or (
            self._class_doubt(klass, found, number) if grade and klass and klass.grade else None
        )
        if what and what.code not in _NOTICES:
            return None, None, None, what
        return found.value, number, class_no, what

    def _doubt(
        self,
        word: GradeWord | None,
        settled: tuple[Stage, int | None],
        explicit: Stage | None,
        named: Stage | None,
    ) -> Odd | None:
        """Say what the stage column or the school's name has against a settled stage and grade."""
        found, number = settled
        if explicit and found is not explicit:
            return Odd(
                "stage_conflict", f"学段写{explicit.label}，年级却是{found.label}的，请核对。"
            )
        if not explicit and named is Stage.PRESCHOOL and found is not named:
            return Odd("stage_conflict", f"学校是幼儿园，年级却是{found.label}的，请核对。")
        if number is None and word and found in _SCHOOLS and (word.entered or word.leaves):
            return Odd(
                "grade_unreadable",
                f"{word.entered or word.leaves}{'级' if word.entered else '届'}"
                f"在 {self.school_year} 学年不在{found.label}就读，请核对。",
            )
        if number is None and found in {Stage.PRIMARY, Stage.JUNIOR} and self.required:
            return Odd("grade_unknown", f"看不出几年级，先按{found.label}记，请补填年级。")
        if named in _SCHOOLS and found in _SCHOOLS and found is not named and not explicit:
            return Odd(
                "school_stage_mismatch",
                f"学校像是{named.label}，年级却是{found.label}的，已按年级记，请核对。",
            )
        return None

    def _class_doubt(self, klass: ClassWord, found: Stage, number: int | None) -> Odd | None:
        """Say when the grade in a class's word is not the grade of the row."""
        assert klass.grade is not None  # noqa: S101 - the caller asked
        stage, grade = settle(klass.grade, found, self.school_year)
        if grade is None or number is None or grade == number:
            return None
        if stage is not found and stage is not None:
            return Odd(
                "stage_conflict", f"年级是{found.label}的，班级却是{stage.label}的，请核对。"
            )
        return Odd("class_grade_mismatch", "班级里写的年级与年级一栏不同，以年级一栏为准。")


def _refused(code: str, message: str) -> Placed:
    return None, None, None, Odd(code, message)


def _around(said: str | None, school: str | None) -> Stage | None:
    """Give the stage that the lines around the table suggest, unless the school is a 中学."""
    stage = Stage.coded(said) if said else None
    if school and is_secondary(school) and stage in {Stage.PRESCHOOL, Stage.PRIMARY}:
        return None
    return stage


def _may_be_either(word: GradeWord, school: str | None) -> bool:
    """Say whether a grade is one that a 中学 may have in both of its stages: 一年级 to 三年级."""
    is_low = word.stage is None and word.number is not None and 1 <= word.number <= 3
    return is_low and school is not None and is_secondary(school)


def _what_is_missing(word: GradeWord | None) -> str:
    if word and (word.entered or word.leaves):
        return "入学或毕业的年份要知道学段才能算出年级，请加“学段”一列，或写成三年级、七年级。"
    return "看不出年级和学段，请填年级（如三年级、七年级）。"


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
    if found[0] in "研硕博":
        return _POSTGRADUATE
    word = _word_of(plain(cell))
    if word is not None:
        return word
    return Odd("grade_unreadable", f"年级“{found[:20]}”读不出来，请写成三年级、七年级或大班。")


def _class(cell: Any) -> ClassWord | Odd | None:
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    word = class_word(cell if isinstance(cell, float) else plain(cell))
    if word is not None:
        return word
    return Odd("class_unreadable", f"班级“{found[:20]}”读不出班号，没有采用；请写成 1班。")


def _grade_and_class(cell: Any) -> ClassWord | Odd | None:
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    word = class_word(cell if isinstance(cell, float) else plain(cell))
    if word is None or (word.grade is None and word.joined is None):
        grade = grade_word(found)
        if grade is None:
            return Odd("grade_unreadable", f"年级班级“{found[:20]}”读不出来，请写成三年级2班。")
        return ClassWord(number=None, grade=grade)
    return word
