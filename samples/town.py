"""The truth: what is so in the town before any clerk writes it down; ``build`` makes it."""

from dataclasses import dataclass, field
from datetime import date

#: The day on which the samples are looked at, and the first day of its term.
TODAY = date(2026, 11, 24)
TERM = date(2026, 9, 1)

GRADES = {
    -3: "小班", -2: "中班", -1: "大班",
    1: "一年级", 2: "二年级", 3: "三年级", 4: "四年级", 5: "五年级", 6: "六年级",
    7: "七年级", 8: "八年级", 9: "九年级",
}  # fmt: skip


@dataclass(kw_only=True, eq=False)
class Person:
    """Somebody. ``certificate`` is a disability certificate, ``reason`` why not at school."""

    name: str
    sex: str
    born_on: date
    id_number: str
    relation: str = ""
    ethnicity: str = "汉族"
    household: "Household | None" = None
    health: str = "健康"
    certificate: str = ""
    education: str = ""
    study: str = ""
    reason: str = ""
    labour: str = "无劳动力"
    work_months: int = 0
    work_place: str = ""
    work_unit: str = ""
    phone: str = ""
    is_orphan: bool = False
    pupil: "Pupil | None" = None

    @property
    def key(self) -> str:
        """What the ledger knows the person by."""
        return self.id_number or (f"S:{self.pupil.student_no}" if self.pupil else "")


@dataclass(kw_only=True, eq=False)
class Household:
    """A household; ``categories`` by their English codes, risk only for monitored ones."""

    number: str
    village: str
    group: str
    categories: tuple[str, ...]
    risk_removed: bool | None = None
    found_on: date | None = None
    removed_on: date | None = None
    cause: str = ""
    phone: str = ""
    income: int = 0
    people: list[Person] = field(default_factory=list)

    @property
    def head(self) -> Person:
        """The head 户主."""
        return self.people[0]

    @property
    def is_listed(self) -> bool:
        """Whether the household is in any category but 其他."""
        return self.categories != ("other",)


@dataclass(kw_only=True, eq=False)
class Pupil:
    """A child on a roll; grades -3 to -1 are the kindergarten's, 1 to 9 count through."""

    person: Person
    school: str
    grade: int
    class_no: int
    boarding: str
    entered: str
    student_no: str
    guardian: str
    phone: str
    village: str
    disability: str = ""

    @property
    def stage(self) -> str:
        """The stage's English code."""
        return "preschool" if self.grade < 0 else "primary" if self.grade < 7 else "junior"

    @property
    def household(self) -> Household | None:
        """The household of the poverty system, if there is one."""
        return self.person.household


@dataclass(kw_only=True, eq=False)
class Change:
    """An event on the roll 异动; ``from_school`` and ``to_school`` as the form has them."""

    person: Person
    kind: str
    day: date
    grade: int | None
    school: str
    from_school: str = ""
    to_school: str = ""
    ends_on: date | None = None
    reason: str = ""


@dataclass(kw_only=True, eq=False)
class Recognition:
    """A hardship recognition of autumn 2026; ``is_granted`` False was refused by the school."""

    pupil: Pupil
    tier: str
    reasons: str
    is_granted: bool = True


@dataclass(kw_only=True, eq=False)
class Staff:
    """A teacher or a member of the helping unit."""

    name: str
    sex: str
    born_on: date
    id_number: str
    number: str
    unit: str
    department: str
    post: str
    title: str
    establishment: str
    phone: str
    worked_since: date
    in_service: str = "在职"
    in_hardship: bool = False

    @property
    def may_help(self) -> bool:
        """Whether the plan asks this person to help: on the establishment, not about to retire."""
        retires = 60 if self.sex == "男" else 55
        return (
            self.establishment == "事业编"
            and self.in_service == "在职"
            and not self.in_hardship
            and TODAY.year + 3 < self.born_on.year + retires
        )


@dataclass(kw_only=True, eq=False)
class Pair:
    """A helper tied to a household."""

    household: Household
    staff: Staff
    paired_on: date
    measures: str
    visits: tuple[date, ...]


@dataclass(kw_only=True, eq=False)
class Town:
    """Everything that is so."""

    households: list[Household] = field(default_factory=list)
    others: list[Household] = field(default_factory=list)
    pupils: list[Pupil] = field(default_factory=list)
    unschooled: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    recognitions: list[Recognition] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    #: The pupil whom the primary school's roll itself calls 休学, with no date.
    paused: Pupil | None = None

    def of_school(self, school: str) -> list[Pupil]:
        """Give a school's pupils by grade, class and birth."""
        return sorted(
            (pupil for pupil in self.pupils if pupil.school == school),
            key=lambda pupil: (pupil.grade, pupil.class_no, pupil.person.born_on, pupil.person.key),
        )


def grade_of(born_on: date) -> int | None:
    """Give the grade of a birth date in autumn 2026; None when too young or past grade 9."""
    age = 2026 - born_on.year - ((born_on.month, born_on.day) > (8, 31))
    return age - 6 if 3 <= age <= 5 else age - 5 if 6 <= age <= 14 else None
