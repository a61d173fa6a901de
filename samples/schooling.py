"""Who goes to which school, who does not, what changed on the roll, who is recognised as poor."""

from datetime import date
from random import Random

from samples.names import JUNIOR, KINDERGARTEN, PRIMARY, REGION, VILLAGES, Namer
from samples.town import Change, Household, Person, Pupil, Recognition, Town, grade_of

#: Pupils of a grade, and its classes.
_SIZES = {PRIMARY: (80, 2), JUNIOR: (90, 2), KINDERGARTEN: (50, 2)}
_REASONS = ("因病", "因残", "厌学", "其他", "", "", "", "")
_DISABILITIES = ("视力残疾", "听力残疾", "肢体残疾", "智力残疾")


def school_of(grade: int) -> str:
    """Give the school that has a grade."""
    return KINDERGARTEN if grade < 0 else PRIMARY if grade < 7 else JUNIOR


def make_pupils(town: Town, dice: Random, namer: Namer) -> None:
    """Send the listed children to school but for those left out, and fill the classes up."""
    children = [
        person
        for home in town.households
        for person in home.people
        if grade_of(person.born_on) is not None
    ]
    of_age = [child for child in children if (grade_of(child.born_on) or 0) > 1]
    town.unschooled = dice.sample(of_age, len(_REASONS))
    for child, reason in zip(town.unschooled, _REASONS, strict=True):
        child.study, child.reason = "", reason
    deferred = next(child for child in children if grade_of(child.born_on) == 1)
    town.changes.append(_deferral(deferred))
    kept_out = {id(child) for child in (*town.unschooled, deferred)}
    by_grade: dict[int, list[Person]] = {grade: [] for grade in (-3, -2, -1, *range(1, 10))}
    for child in children:
        if id(child) not in kept_out:
            by_grade[grade_of(child.born_on) or 0].append(child)
    for grade, people in by_grade.items():
        size, classes = _SIZES[school_of(grade)]
        while len(people) < size:
            people.append(_unlisted(grade, dice, namer))
        dice.shuffle(people)
        for at, person in enumerate(people):
            town.pupils.append(_enrol(person, grade, at % classes + 1, dice, namer))
    _exceptions(town, dice)


def _deferral(child: Person) -> Change:
    child.study, child.reason = "", "因病"
    return Change(
        person=child, kind="延缓入学", day=date(2026, 9, 1), grade=None, school=PRIMARY,
        reason="体弱多病，医院证明",
    )  # fmt: skip


def _unlisted(grade: int, dice: Random, namer: Namer) -> Person:
    first = 2026 - (grade + 6 if grade < 0 else grade + 5) - 1
    sex = "男" if dice.random() < 0.52 else "女"
    born = namer.day(date(first, 9, 1), date(first + 1, 8, 31))
    return Person(name=namer.name(sex), sex=sex, born_on=born, id_number=namer.number(born, sex))


def _enrol(person: Person, grade: int, class_no: int, dice: Random, namer: Namer) -> Pupil:
    first = -3 if grade < 0 else 1 if grade < 7 else 7
    home = person.household
    marks = f"L{REGION}{person.born_on:%Y%m%d}{dice.randrange(1000, 9999)}"
    pupil = Pupil(
        person=person,
        school=school_of(grade),
        grade=grade,
        class_no=class_no,
        boarding=_boarding(grade, dice),
        entered=f"{2026 - (grade - first)}09",
        student_no=marks if dice.random() < 0.05 else f"G{person.id_number}",
        guardian=home.head.name if home else namer.name("女"),
        phone=home.phone if home else namer.phone(),
        village=home.village if home else dice.choice(tuple(VILLAGES)),
    )
    if (person.certificate and dice.random() < 0.5) or (home is None and dice.random() < 0.01):
        pupil.disability = dice.choice(_DISABILITIES)
    person.pupil = pupil
    return pupil


def _boarding(grade: int, dice: Random) -> str:
    if grade < 4:
        return "走读"
    roll = dice.random()
    if grade < 7:
        return "住校" if roll < 0.14 else "走读"
    return "住校" if roll < 0.68 else "借宿" if roll < 0.72 else "走读"


def _exceptions(town: Town, dice: Random) -> None:
    """Make orphans, a child without an id card, one who is taught at home."""
    unlisted = [pupil for pupil in town.pupils if pupil.household is None]
    listed = [pupil for pupil in town.pupils if pupil.household]
    for pupil in (*dice.sample(unlisted, 3), *dice.sample(listed, 2)):
        pupil.person.is_orphan = True
    nobody = next(
        p for p in unlisted if p.grade in {2, 3} and not p.disability and not p.person.is_orphan
    )
    nobody.person.id_number = ""
    nobody.student_no = f"J{REGION}{nobody.person.born_on:%Y%m%d}0017"
    at_home = next(p for p in listed if p.grade in {4, 5, 6} and p.person.certificate)
    at_home.boarding, at_home.disability = "送教上门", "肢体残疾"
    _other_households(town, dice.sample([p for p in unlisted if 1 <= p.grade <= 9], 3))


def _other_households(town: Town, pupils: list[Pupil]) -> None:
    """Give three pupils households that only the school's list knows, in no category."""
    for at, pupil in enumerate(pupils, start=1):
        pupil.person.household = Household(
            number=f"6299{at:06d}",
            village=pupil.village,
            group="一组",
            categories=("other",),
            people=[
                Person(name=pupil.guardian, sex="女", born_on=date(1985, 1, at), id_number=""),
                pupil.person,
            ],
        )
        town.others.append(pupil.person.household)


def make_changes(town: Town, dice: Random) -> None:
    """Let a handful of pupils leave, come, pause, drop out and return."""
    roll = _Roll(town, dice)
    roll.change(roll.pick(7), "辍学", date(2026, 10, 9), reason="外出务工")
    roll.change(roll.pick(8, listed=False), "辍学", date(2026, 11, 3), reason="厌学")
    roll.change(roll.pick(8), "退学", date(2026, 9, 28), reason="本人申请")
    _transfers(roll)
    _suspensions(roll)
    back = roll.pick(9, boarding="住校")
    roll.change(back, "辍学", date(2026, 9, 14), reason="厌学")
    roll.change(back, "复学", date(2026, 11, 9), reason="劝返复学")
    roll.change(roll.pick(2, listed=False), "出国", date(2026, 10, 26), reason="随父母出国")
    town.paused = roll.pick(5)


class _Roll:
    """Picks pupils for events, none of them twice."""

    def __init__(self, town: Town, dice: Random) -> None:
        self._town = town
        self._dice = dice
        self._used: set[int] = set()

    def pick(self, grade: int, *, listed: bool = True, boarding: str = "") -> Pupil:
        """Pick a pupil of a grade: of a household that is 享受政策, or of no household."""
        found = [
            pupil
            for pupil in self._town.of_school(school_of(grade))
            if pupil.grade == grade
            and id(pupil) not in self._used
            and pupil.person.id_number
            and pupil.boarding in {boarding or pupil.boarding} - {"送教上门"}
            and (
                pupil.household is not None and pupil.household.categories[0] == "lifted"
                if listed
                else pupil.household is None
            )
        ]
        pupil = self._dice.choice(found)
        self._used.add(id(pupil))
        return pupil

    def change(
        self,
        pupil: Pupil,
        kind: str,
        day: date,
        *,
        from_school: str = "",
        to_school: str = "",
        ends_on: date | None = None,
        reason: str = "",
    ) -> None:
        """Record an event of a pupil."""
        self._town.changes.append(
            Change(
                person=pupil.person,
                kind=kind,
                day=day,
                grade=pupil.grade,
                school=pupil.school,
                from_school=from_school,
                to_school=to_school,
                ends_on=ends_on,
                reason=reason,
            )
        )


def _transfers(roll: _Roll) -> None:
    def out(pupil: Pupil, day: date, receiver: str, reason: str) -> None:
        roll.change(pupil, "转出", day, from_school=pupil.school, to_school=receiver, reason=reason)

    out(roll.pick(3), date(2026, 10, 12), "青禾县第二小学", "随父母进城")
    out(roll.pick(7, boarding="住校"), date(2026, 11, 16), "红柳县实验中学", "户口迁移")
    out(roll.pick(5), date(2026, 9, 21), "", "随父母外出")
    out(roll.pick(9, listed=False), date(2026, 10, 20), "不详", "去向不明")
    for pupil, day, origin in (
        (roll.pick(2), date(2026, 10, 12), "红柳县第一小学"),
        (roll.pick(7, boarding="住校"), date(2026, 11, 9), "红柳县实验中学"),
    ):
        roll.change(
            pupil, "转入", day, from_school=origin, to_school=pupil.school, reason="父母返乡"
        )


def _suspensions(roll: _Roll) -> None:
    roll.change(roll.pick(4), "休学", date(2026, 9, 7), ends_on=date(2027, 8, 31), reason="因病")
    roll.change(roll.pick(9), "休学", date(2025, 10, 8), ends_on=date(2026, 10, 31), reason="因病")
    again = roll.pick(8)
    roll.change(again, "休学", date(2025, 9, 15), ends_on=date(2026, 8, 31), reason="骨折")
    roll.change(again, "复学", date(2026, 9, 1), reason="病愈")


def make_recognitions(town: Town, dice: Random) -> None:
    """Recognise about half of the listed pupils and some of the others for autumn 2026."""
    # The list is of September: who came later is not on it.
    came = {id(change.person) for change in town.changes if change.kind == "转入"}
    for school in (PRIMARY, JUNIOR, KINDERGARTEN):
        for pupil in town.of_school(school):
            if id(pupil.person) not in came and dice.random() < (0.55 if pupil.household else 0.07):
                town.recognitions.append(_recognise(pupil, dice))
    for recognition in dice.sample(town.recognitions, 4):
        recognition.is_granted = False


def _recognise(pupil: Pupil, dice: Random) -> Recognition:
    home, person = pupil.household, pupil.person
    reasons = [
        word
        for word, holds in (
            ("建档立卡", home is not None and home.categories[0].startswith("lifted")),
            ("农村低保", home is not None and "rural_allowance" in home.categories),
            ("残疾", bool(person.certificate or pupil.disability)),
            ("孤儿", person.is_orphan),
        )
        if holds
    ]
    tier = "特别困难" if len(reasons) > 1 else dice.choice(("困难", "一般困难", "特别困难"))
    return Recognition(pupil=pupil, tier=tier, reasons="、".join(reasons) or "其他")
