"""控辍保学: the right children are named, each once, and the rates follow the formulas."""

import io
from datetime import date, timedelta
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category, Change, Standing, Verdict
from jingzhun.errors import JingzhunError
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.schema import MatchPair, Person, School, StatusChange
from tests.builders import AUTUMN, NOW, TODAY, World
from tests.reports.reading import read

OCTOBER = date(2026, 10, 12)


def names(world: World, **options: Any) -> dict[str, str]:
    """Who is named, with which kind."""
    return {row["name"]: row["kind"] for row in read(world, "dropout", **options)["names"]}


def whole(world: World, school: str = "青禾小学", **options: Any) -> dict[str, Any]:
    """The rates of a school as a whole."""
    rows = read(world, "dropout", **options)["rates"]
    return next(dict(row) for row in rows if row["school"] == school and row["stage"] is None)


def pupil(world: World, name: str = "张一", **enrolment: Any) -> Person:
    person = world.person(name)
    world.enrol(person, **enrolment)
    return person


def leave(world: World, person: Person, change: Change, *, on: date = OCTOBER,
          school: School | None = None, **spell: Any) -> None:  # fmt: skip
    world.stand(person, Standing.LEFT, change, from_=on, school=school or world.school(), **spell)


# --- rates --------------------------------------------------------------------------------------


def school_of_612(world: World) -> None:
    """Worked case 12 of the policy facts, with a roll that a list of the autumn states."""
    pupils = [pupil(world, f"生{number}") for number in range(612)]
    rest = iter(pupils)
    for _ in range(3):
        world.stand(
            next(rest), Standing.SUSPENDED, Change.SUSPENSION, from_=OCTOBER,
            ends_on=date(2027, 10, 11),
        )  # fmt: skip
    for _ in range(9):
        leave(world, next(rest), Change.TRANSFER_OUT, has_receiver=True)
    died = next(rest)
    died.died_on = OCTOBER
    leave(world, died, Change.DEATH)
    for _ in range(2):
        world.stand(next(rest), Standing.DROPPED_OUT, Change.WITHDRAWAL, from_=OCTOBER)
    leave(world, next(rest), Change.OTHER_LEAVING)
    for number in range(11):
        newcomer = pupil(world, f"转入{number}", from_=OCTOBER)
        arrive(world, newcomer, OCTOBER)


def arrive(world: World, person: Person, day: date) -> None:
    """A 转入 event: it begins no standing."""
    world.session.add(
        StatusChange(
            person_id=person.id,
            change=Change.TRANSFER_IN,
            happened_on=day,
            is_dated=True,
            sheet_id=world.sheet_id,
            row_number=900,
        )
    )


def test_the_worked_case_comes_out_to_the_hundredth(world):
    school_of_612(world)
    assert whole(world) == {
        "school": "青禾小学", "stage": None, "grade": None, "base": 612, "not_returned": 3,
        "losses": 16, "gains": 11, "individual_percent": 0.49, "official_percent": 0.82,
        "bar_percent": 2.0, "within": True,
    }  # fmt: skip


def test_rates_stand_by_stage_and_grade_under_the_school(world):
    for grade in (3, 3, 4):
        pupil(world, grade=grade)
    pupil(world, stage="junior", grade=7, school=world.school("云岭中学"))
    rows = read(world, "dropout")["rates"]
    assert [(row["school"], row["stage"], row["grade"], row["base"]) for row in rows] == [
        ("云岭中学", None, None, 1),
        ("云岭中学", "junior", 7, 1),
        ("青禾小学", None, None, 3),
        ("青禾小学", "primary", 3, 2),
        ("青禾小学", "primary", 4, 1),
    ]


def test_more_than_two_in_a_hundred_is_over_the_bar(world):
    pupils = [pupil(world, f"生{number}") for number in range(100)]
    for person in pupils[:2]:
        world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    assert whole(world)["within"] is True
    world.stand(pupils[2], Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    assert (whole(world)["individual_percent"], whole(world)["within"]) == (3.0, False)


def test_as_of_an_earlier_day_nothing_had_happened_yet(world):
    person = pupil(world)
    world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    before = OCTOBER - timedelta(1)
    assert names(world, as_of=before) == {}
    assert (whole(world, as_of=before)["losses"], whole(world)["losses"]) == (0, 1)


def test_other_stages_have_no_rate_and_no_names(world):
    for stage, grade in (("preschool", -1), ("senior", 10), ("vocational", None)):
        person = pupil(world, stage=stage, grade=grade)
        leave(world, person, Change.OTHER_LEAVING)
    found = read(world, "dropout")
    assert (found["rates"], found["names"]) == ([], [])


def test_last_years_leavers_are_no_base_though_no_list_closed_their_roll(world):
    last_autumn = date(2025, 9, 1)
    pupil(world, "毕业生", grade=6, from_=last_autumn)
    pupil(world, "升级生", grade=5, from_=last_autumn)
    pupil(world, "早毕业", grade=5, from_=date(2024, 9, 1))
    assert whole(world)["base"] == 1


def test_a_roll_that_came_late_counts_its_pupils_from_the_years_start(world):
    spring = date(2027, 3, 1)
    pupil(world, "一直在", from_=spring)
    pupil(world, "写明在", from_=spring, entered_on=date(2024, 9, 1))
    pupil(world, "后来的", from_=spring, entered_on=date(2027, 2, 1))
    found = whole(world, as_of=date(2027, 4, 1))
    assert (found["base"], found["gains"]) == (2, 1)


def test_a_newcomer_on_a_later_roll_is_an_increase_but_intake_is_not(world):
    pupil(world, "老生")
    pupil(world, "插班", grade=4, from_=OCTOBER)
    pupil(world, "新生", grade=1, from_=OCTOBER)
    assert (whole(world)["base"], whole(world)["gains"]) == (1, 1)


def test_moving_between_two_schools_is_one_loss_and_one_gain(world):
    person = pupil(world, until=OCTOBER)
    world.enrol(person, world.school("西河小学"), from_=OCTOBER)
    leave(world, person, Change.TRANSFER_OUT)
    arrive(world, person, OCTOBER)
    first, second = whole(world), whole(world, "西河小学")
    assert (first["base"], first["losses"], first["gains"]) == (1, 1, 0)
    assert (second["base"], second["losses"], second["gains"]) == (0, 0, 1)
    assert names(world) == {}


def test_a_school_without_base_has_no_percent(world):
    pupil(world, from_=OCTOBER, grade=4)
    found = whole(world)
    assert (found["individual_percent"], found["official_percent"]) == (None, None)
    assert found["within"] is True


def test_changing_class_in_the_year_is_no_move(world):
    person = pupil(world, class_no=1, until=OCTOBER)
    world.enrol(person, class_no=2, from_=OCTOBER)
    assert (whole(world)["losses"], whole(world)["gains"], names(world)) == (0, 0, {})


def test_graduating_in_summer_is_no_loss(world):
    summer = date(2027, 7, 5)
    person = pupil(world, stage="junior", grade=9, until=summer)
    leave(world, person, Change.GRADUATION, on=summer)
    assert whole(world, as_of=date(2027, 7, 20))["losses"] == 0


# --- names --------------------------------------------------------------------------------------


def test_dropout_and_withdrawal_are_named_until_the_child_is_back(world):
    for name, change in (("辍学", Change.DROPOUT), ("退学", Change.WITHDRAWAL)):
        world.stand(pupil(world, name), Standing.DROPPED_OUT, change, from_=OCTOBER)
    back = pupil(world, "复学")
    world.stand(back, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER, until=date(2026, 11, 2))
    assert names(world) == {"辍学": "dropped_out", "退学": "dropped_out"}
    assert names(world, as_of=date(2026, 11, 1)) == {
        "辍学": "dropped_out", "退学": "dropped_out", "复学": "dropped_out",
    }  # fmt: skip


@pytest.mark.parametrize("change", [Change.TRANSFER_OUT, Change.OTHER_LEAVING, Change.MISSING])
def test_leaving_without_a_receiving_school_is_named(world, change):
    leave(world, pupil(world), change)
    assert names(world) == {"张一": "left_without_receiver"}
    assert whole(world)["not_returned"] == 1


@pytest.mark.parametrize("change", [Change.GRADUATION, Change.DEATH, Change.EMIGRATION])
def test_finishing_dying_and_going_abroad_are_not_dropout(world, change):
    leave(world, pupil(world), change)
    assert names(world) == {}


def test_a_transfer_with_a_receiver_is_not_dropout(world):
    leave(world, pupil(world), Change.TRANSFER_OUT, has_receiver=True)
    assert names(world) == {}


def test_a_child_found_on_another_roll_is_not_dropout(world):
    person = pupil(world, until=date(2026, 11, 2))
    leave(world, person, Change.OTHER_LEAVING)
    assert names(world, as_of=date(2026, 11, 1)) == {"张一": "left_without_receiver"}
    world.enrol(person, world.school("西河小学"), from_=date(2026, 11, 2))
    assert names(world) == {}
    assert whole(world)["not_returned"] == 0


def test_a_child_that_a_full_list_no_longer_contains_is_named(world):
    pupil(world, until=OCTOBER)
    assert names(world) == {"张一": "left_without_receiver"}
    assert whole(world)["losses"] == 1


@pytest.mark.parametrize(
    ("began", "ends", "kind"),
    [
        (date(2025, 11, 1), date(2026, 11, 23), "suspension_expired"),
        (date(2025, 11, 1), TODAY, None),
        (date(2025, 11, 24), None, "suspension_expired"),
        (date(2025, 11, 25), None, None),
    ],
)
def test_a_suspension_is_named_when_its_end_is_past(world, began, ends, kind):
    person = pupil(world, from_=date(2025, 9, 1))
    world.stand(person, Standing.SUSPENDED, Change.SUSPENSION, from_=began, ends_on=ends)
    assert names(world) == ({"张一": kind} if kind else {})
    assert whole(world)["not_returned"] == 0


def test_on_the_roll_but_not_at_school_is_suspected(world):
    world.stand(pupil(world), Standing.AWAY, Change.AWAY, from_=OCTOBER)
    assert names(world) == {"张一": "suspected"}


@pytest.mark.parametrize(
    ("born_on", "is_named"),
    [
        (date(2020, 8, 31), True),
        (date(2020, 9, 1), False),
        (date(2011, 9, 1), True),
        (date(2011, 8, 31), False),
    ],
)
def test_never_enrolled_means_six_and_not_fifteen_on_31_august(world, born_on, is_named):
    world.person("失学", born_on=born_on)
    assert names(world) == ({"失学": "never_enrolled"} if is_named else {})


def test_never_enrolled_spares_the_dead_the_deferred_and_every_child_ever_on_a_roll(world):
    world.person("已故", died_on=date(2026, 1, 1))
    deferred = world.person("缓学")
    world.stand(deferred, Standing.DEFERRED, Change.DEFERRAL, from_=AUTUMN)
    pupil(world, "幼儿园过", stage="preschool", grade=-1, from_=date(2019, 9, 1))
    pupil(world, "后入二年级", grade=2, from_=date(2027, 3, 1))
    late = pupil(world, "后入一年级", grade=1, from_=date(2027, 3, 1))
    assert late
    assert names(world) == {"后入一年级": "never_enrolled"}


def test_a_deferral_that_is_over_excuses_nobody(world):
    person = world.person("缓学")
    world.stand(
        person, Standing.DEFERRED, Change.DEFERRAL, from_=date(2025, 9, 1),
        ends_on=date(2026, 8, 31),
    )  # fmt: skip
    assert names(world) == {"缓学": "never_enrolled"}


def test_no_child_is_named_twice_and_the_gravest_kind_wins(world):
    person = pupil(world)
    world.stand(person, Standing.AWAY, Change.AWAY, from_=AUTUMN)
    world.stand(
        person, Standing.SUSPENDED, Change.SUSPENSION, from_=date(2026, 9, 20),
        ends_on=date(2026, 10, 1),
    )  # fmt: skip
    world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    assert [row["kind"] for row in read(world, "dropout")["names"]] == ["dropped_out"]


def test_a_dropout_known_only_from_its_row_is_named_while_of_school_age(world):
    for name, born_on in (("少年", date(2014, 1, 1)), ("青年", date(2006, 1, 1))):
        person = world.person(name, born_on=born_on)
        world.stand(
            person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER, school=world.school()
        )
    assert names(world) == {"少年": "dropped_out"}


def test_each_name_says_household_school_since_and_where_it_comes_from(world):
    home = world.household(Category.MARGINAL)
    person = world.person(household_id=home.id)
    world.enrol(person)
    world.sheet("异动.xlsx", name="十月")
    world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    (row,) = read(world, "dropout")["names"]
    places = row.pop("sources")
    assert row == {
        "name": "张一", "id_number": person.id_number, "kind": "dropped_out", "listed": True,
        "school": "青禾小学", "since": "2026-10-12",
    }  # fmt: skip
    assert [(place["file"], place["sheet"]) for place in places][-1] == ("异动.xlsx", "十月")
    assert len({tuple(place.items()) for place in places}) == len(places)


def test_listed_households_are_held_to_zero(world):
    listed = world.household(Category.RURAL_ALLOWANCE)
    other = world.household(Category.OTHER)
    for name, home in (("困难", listed), ("一般", other), ("在校", listed)):
        person = world.person(name, household_id=home.id)
        world.enrol(person)
        if name != "在校":
            world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    found = read(world, "dropout")
    assert found["listed"] == {"not_returned": 1, "base": 2, "within": False}
    assert {row["name"]: row["listed"] for row in found["names"]} == {"困难": True, "一般": False}


# --- the page -----------------------------------------------------------------------------------


def test_an_empty_ledger_has_an_empty_report(world):
    assert read(world, "dropout") == {
        "as_of": "2026-11-24", "school_year": 2026,
        "listed": {"not_returned": 0, "base": 0, "within": True},
        "overdue": [], "rates": [], "by_sex": [], "names": [],
    }  # fmt: skip


def test_one_school_alone_can_be_asked_for(world):
    for school in ("青禾小学", "西河小学"):
        person = pupil(world, school, school=world.school(school))
        world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    found = read(world, "dropout", school="西河小学")
    assert {row["school"] for row in found["rates"]} == {"西河小学"}
    assert [row["name"] for row in found["names"]] == ["西河小学"]
    with pytest.raises(JingzhunError, match="没有叫“无此校”的学校"):
        read(world, "dropout", school="无此校")


def test_people_read_a_whole_page(world, golden):
    home = world.household(Category.LIFTED)
    for number in range(40):
        person = world.person(f"生{number}", household_id=home.id if number < 4 else None)
        world.enrol(person, grade=3 + number % 2)
        if number == 0:
            world.stand(person, Standing.DROPPED_OUT, Change.DROPOUT, from_=OCTOBER)
    world.person("失学", household_id=home.id, study_status="小学")
    page = report_named("dropout").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("dropout.txt", stream.getvalue())


def test_the_statements_do_not_grow_with_the_ledger(world, statements):
    leave(world, pupil(world), Change.OTHER_LEAVING)
    read(world, "dropout")
    few = statements()
    for number in range(50):
        leave(world, pupil(world, f"生{number}"), Change.OTHER_LEAVING)
    statements()
    read(world, "dropout")
    assert statements() == few


@pytest.mark.parametrize("left", [False, True])
def test_who_is_at_school_by_a_record_confirmed_to_be_the_same_is_not_gone(world, left):
    old = pupil(world, "一人", from_=date(2025, 9, 1), until=None if left else date(2026, 9, 1))
    if left:
        leave(world, old, Change.TRANSFER_OUT)
    new = pupil(world, "一人", grade=4, school=world.school("西河小学"))
    assert set(names(world)) == {"一人"}
    one, other = sorted([old.identity, new.identity])
    world.session.add(
        MatchPair(one=one, other=other, verdict=Verdict.SAME, actor="张", os_user="z",
                  recorded_at=NOW)
    )  # fmt: skip
    assert names(world) == {}
