"""A small true world: schools, pupils, households, staff, pairs, recognitions and events.

Everything here is what is so, by canonical values (codes of the vocabulary, dates). How lists say
it is the business of :mod:`tests.truth.lists`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.builders import id_number
from tests.truth.names import Names

TODAY = date(2026, 11, 24)
TERM = date(2026, 9, 1)
OUTSIDE = "邻县第二小学"
#: Whether pupils move between two schools of the world.
TRANSFERS_INSIDE = True
VILLAGES = ("东山村", "西沟村", "合庄村", "小河村")


@dataclass(eq=False, kw_only=True)
class School:
    """A school, its first and last grade (negative: kindergarten years) and its classes a grade."""

    name: str
    code: str
    grades: range
    classes: int


@dataclass(eq=False, kw_only=True)
class Person:
    """Somebody, by id number."""

    name: str
    id_number: str
    born_on: date
    ethnicity: str
    relation: str = ""
    labour_skill: str = ""
    health: str = ""
    phone: str = ""
    person_no: str = ""
    home: "Home | None" = None

    @property
    def sex(self) -> str:
        return "male" if int(self.id_number[16]) % 2 else "female"


@dataclass(eq=False, kw_only=True)
class Home:
    """A household; ``risk_removed`` and its days are for monitored ones."""

    number: str
    village: str
    head: Person
    members: list[Person]
    categories: frozenset[str]
    risk_removed: bool | None = None
    risk_found_on: date | None = None
    risk_removed_on: date | None = None
    poverty_cause: str = ""


@dataclass(eq=False, kw_only=True)
class Move:
    """An event on the roll; ``receiver`` is a school of the world, the name of another, or ""."""

    change: str
    day: date
    school: School
    receiver: "School | str" = ""
    ends_on: date | None = None
    reason: str = ""


@dataclass(eq=False, kw_only=True)
class Pupil:
    """A person's schooling; ``second`` is where a transfer inside the world led."""

    person: Person
    school: School
    grade: int
    class_no: int
    boarding: str
    student_no: str
    entered_on: date
    is_orphan: bool = False
    is_left_behind: bool = False
    disability_kind: str = ""
    guardian_name: str = ""
    guardian_phone: str = ""
    address: str = ""
    moves: list[Move] = field(default_factory=list)
    second: "tuple[School, int] | None" = None

    @property
    def stage(self) -> str:
        return "preschool" if self.grade < 0 else "primary" if self.grade <= 6 else "junior"


@dataclass(eq=False, kw_only=True)
class Recognised:
    """A hardship recognition for the autumn term or the school year."""

    pupil: Pupil
    tier: str
    reasons: str


@dataclass(eq=False, kw_only=True)
class Helper:
    """A member of staff."""

    person: Person
    staff_no: str
    unit: str
    department: str
    post: str
    rank_title: str
    on_establishment: bool
    in_service: bool
    worked_since: date


@dataclass(eq=False, kw_only=True)
class Pair:
    """Who helps which household, since when."""

    helper: Helper
    home: Home
    since: date


@dataclass(kw_only=True)
class World:
    """Everything that is so."""

    schools: list[School]
    pupils: list[Pupil]
    homes: list[Home]
    recognised: list[Recognised]
    staff: list[Helper]
    pairs: list[Pair]

    @property
    def moves(self) -> Iterator[tuple[Pupil, Move]]:
        return ((pupil, move) for pupil in self.pupils for move in pupil.moves)


_SCHOOLS = (
    ("青禾县云岭镇中心小学", range(1, 7), 2),
    ("合水小学", range(1, 7), 1),
    ("云岭初级中学", range(7, 10), 3),
    ("西沟九年制学校", range(1, 10), 1),
    ("金沙镇中心幼儿园", range(-3, 0), 2),
)
_CATEGORIES = (
    {"lifted"}, {"lifted"}, {"lifted_ended"}, {"lifted", "unstable"}, {"marginal"}, {"sudden"},
    {"rural_allowance"}, {"lifted", "rural_allowance"}, {"rural_destitute"}, {"urban_allowance"},
    {"lifted_ended", "unstable"}, {"prevention"}, {"other"}, {"marginal", "rural_allowance"},
)  # fmt: skip
MONITORED = frozenset({"unstable", "marginal", "sudden", "prevention"})


class Maker:
    """Make a world with a set of dice."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.names = Names(dice)
        self._order = dice.randrange(100)

    def make(self) -> World:
        """Make a world of some twenty pupils."""
        dice = self.dice
        schools = [
            School(name=name, code=f"62{9000000 + at * 37:08d}", grades=grades, classes=classes)
            for at, (name, grades, classes) in enumerate(_SCHOOLS)
            if at == 0 or dice.random() < 0.7
        ]
        homes = [self._home(at) for at in range(dice.randint(3, 7))]
        pupils = [self._pupil(dice.choice(schools)) for _ in range(dice.randint(8, 16))]
        for home in homes:
            pupils += [self._pupil(dice.choice(schools), home) for _ in range(dice.randint(0, 2))]
        staff = [self._helper(at) for at in range(dice.randint(2, 6))]
        # Of two helpers of one name, a list without their numbers cannot say which.
        staff = list({helper.person.name: helper for helper in staff}.values())
        pairs = [
            Pair(helper=dice.choice(staff), home=home, since=date(2024, dice.randint(1, 12), 8))
            for home in homes
            if dice.random() < 0.8
        ]
        world = World(
            schools=schools,
            pupils=pupils,
            homes=homes,
            recognised=[self._recognised(p) for p in pupils if dice.random() < 0.3],
            staff=staff,
            pairs=pairs,
        )
        for pupil in pupils:
            if pupil.grade > 0 and dice.random() < 0.35:
                self._move(pupil, world)
        return world

    def person(self, born_on: date, *, sex: str = "", name: str = "") -> Person:
        """Make a person with an id number of their own."""
        self._order += 1
        if sex and (self._order % 2 == 1) is not (sex == "male"):
            self._order += 1
        dice = self.dice
        is_other = dice.random() < 0.15
        return Person(
            name=name or self.names.name(is_other=is_other),
            id_number=id_number(born_on, self._order),
            born_on=born_on,
            ethnicity=dice.choice(["回族", "藏族", "东乡族"]) if is_other else "汉族",
            health=dice.choice(["健康", "健康", "长期慢性病", "残疾"]),
            phone=f"19{self._order:03d}{dice.randrange(10**6):06d}",
        )

    def day(self, first: date, last: date) -> date:
        """Give a day between two."""
        return first + timedelta(self.dice.randint(0, (last - first).days))

    def _home(self, at: int) -> Home:
        dice = self.dice
        sex = dice.choice(["male", "male", "female"])
        head = self.person(self.day(date(1950, 1, 1), date(1988, 1, 1)), sex=sex)
        head.relation = "户主"
        members = [head]
        if dice.random() < 0.6:
            mate = self.person(
                self.day(date(1955, 1, 1), date(1990, 1, 1)),
                sex="female" if head.sex == "male" else "male",
            )
            mate.relation = "配偶"
            members.append(mate)
        chosen = frozenset(dice.choice(_CATEGORIES))
        home = Home(
            number=f"62{dice.randrange(10):01d}{at:03d}{dice.randrange(10**4):04d}",
            village=dice.choice(VILLAGES),
            head=head,
            members=members,
            categories=chosen,
            poverty_cause=dice.choice(["因病", "因学", "缺劳力", "缺技术"]),
        )
        if chosen & MONITORED:
            home.risk_found_on = self.day(date(2022, 1, 1), date(2025, 12, 31))
            home.risk_removed = dice.random() < 0.4
            if home.risk_removed:
                home.risk_removed_on = self.day(date(2026, 1, 1), date(2026, 8, 20))
        for number, member in enumerate(members):
            self._settle(member, home, number)
        return home

    def _settle(self, person: Person, home: Home, number: int) -> None:
        person.home = home
        person.person_no = f"{home.number}{number + 1:02d}"
        person.labour_skill = (
            "none"
            if person.relation in {"之子", "之女"}
            else self.dice.choice(["ordinary", "skilled", "weak", "lost"])
        )

    def _pupil(self, school: School, home: Home | None = None) -> Pupil:
        dice = self.dice
        grade = dice.choice(school.grades)
        age = grade + 6 if grade > 0 else grade + 7
        born_on = self.day(date(2026 - age - 1, 9, 1), date(2026 - age, 8, 31))
        surname = home.head.name[0] if home and "·" not in home.head.name else ""
        person = self.person(born_on)
        if surname and "·" not in person.name and dice.random() < 0.8:
            person.name = surname + person.name[-1] + dice.choice(["宁", "大"])
        if home:
            person.relation = "之子" if person.sex == "male" else "之女"
            home.members.append(person)
            self._settle(person, home, len(home.members) - 1)
        has_id = dice.random() < 0.9
        disability = dice.choice(["", "", "", "", "听力残疾", "肢体残疾"])
        return Pupil(
            person=person,
            school=school,
            grade=grade,
            class_no=dice.randint(1, school.classes),
            boarding=dice.choice(["day", "day", "boarder", "lodging"]) if grade > 0 else "day",
            student_no=f"{'G' if has_id else 'J'}{person.id_number}",
            entered_on=date(2026 - max(0, grade - school.grades.start), 9, 1),
            is_orphan=dice.random() < 0.1,
            is_left_behind=dice.random() < 0.3,
            disability_kind=disability,
            guardian_name=self.names.name(is_other=False),
            guardian_phone=f"1990{dice.randrange(10**7):07d}",
            address=f"云岭镇{dice.choice(VILLAGES)}{dice.randint(1, 9)}组{dice.randint(1, 99)}号",
        )

    def _recognised(self, pupil: Pupil) -> Recognised:
        return Recognised(
            pupil=pupil,
            tier=self.dice.choice(["special", "hard", "ordinary"]),
            reasons=self.dice.choice(["农村低保", "残疾", "建档立卡", "孤儿", "因病致困"]),
        )

    def _helper(self, at: int) -> Helper:
        dice = self.dice
        return Helper(
            person=self.person(self.day(date(1965, 1, 1), date(2000, 1, 1))),
            staff_no=f"0{at + 1:03d}",
            unit="青禾职业学院",
            department=dice.choice(["教务处", "总务处", "机电系"]),
            post=dice.choice(["教师", "科长", "院长", "班主任", "干事"]),
            rank_title=dice.choice(["讲师", "副教授", "助教", "高级教师"]),
            on_establishment=dice.random() < 0.8,
            in_service=dice.random() < 0.9,
            worked_since=date(dice.randint(1990, 2020), dice.randint(1, 12), 1),
        )

    def _move(self, pupil: Pupil, world: World) -> None:
        dice = self.dice
        day = self.day(date(2026, 9, 10), date(2026, 11, 10))
        kind = dice.choice(
            ["out", "nowhere", "across", "pause", "pause", "dropout", "away", "came"]
        )
        others = [s for s in world.schools if s is not pupil.school and pupil.grade in s.grades]
        if kind == "came":
            pupil.moves = [
                Move(change="transfer_in", day=day, school=pupil.school, receiver=pupil.school)
            ]
        elif kind == "across" and others and TRANSFERS_INSIDE:
            other = dice.choice(others)
            back = day + timedelta(dice.randint(1, 5))
            pupil.moves = [
                Move(change="transfer_out", day=day, school=pupil.school, receiver=other),
                Move(change="transfer_in", day=back, school=pupil.school, receiver=other),
            ]
            pupil.second = (other, dice.randint(1, other.classes))
        elif kind in {"out", "nowhere", "across"}:
            receiver = OUTSIDE if kind == "out" else ""
            move = Move(change="transfer_out", day=day, school=pupil.school, receiver=receiver)
            pupil.moves = [move]
        else:
            change = {"pause": "suspension", "dropout": "dropout", "away": "withdrawal"}[kind]
            move = Move(change=change, day=day, school=pupil.school, reason="因病")
            if change == "suspension":
                move.ends_on = dice.choice([date(2027, 9, 1), day.replace(year=2027)])
            pupil.moves = [move]
            if dice.random() < 0.4:
                again = self.day(day + timedelta(1), date(2026, 11, 23))
                pupil.moves.append(Move(change="resumption", day=again, school=pupil.school))
