"""Early warning: signs are told in plain words, and their points add up to the score."""

import io
from datetime import date, timedelta
from typing import Any

import pytest

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category, Change, Standing
from jingzhun.policies.norms import norms_text
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from jingzhun.store.schema import Absence, Person
from tests.builders import AUTUMN, TODAY, World
from tests.reports.reading import read

SCHOOL_DAYS = [TODAY - timedelta(back) for back in (0, 1, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15)]


def pupil(world: World, name: str, grade: int = 8, **attributes: Any) -> Person:
    """A pupil of the usual age for the grade."""
    attributes.setdefault("born_on", date(2020 - grade, 3, 4))
    person = world.person(name, **attributes)
    world.enrol(person, stage="primary" if grade < 7 else "junior", grade=grade)
    return person


def miss(world: World, person: Person, *days: date, is_excused: bool | None = None) -> None:
    """Let a pupil be away on some days."""
    for day in days:
        world.session.add(
            Absence(person_id=person.id, day=day, is_excused=is_excused,
                    sheet_id=world.sheet_id, row_number=1)
        )  # fmt: skip


def name_everybody(world: World, **values: str) -> None:
    """Adopt figures of this place by which whoever shows any sign is named."""
    values = {"levels": "{ red = 60, orange = 40, yellow = 1 }"} | values
    world.norms("warning", **values)


def signs(world: World, **options: Any) -> dict[str, dict[str, int]]:
    """Who is named, with the points of each rule; the sum is the score."""
    found = read(world, "warning", **options)
    points: dict[int, dict[str, int]] = {row["rank"]: {} for row in found["pupils"]}
    for row in found["signs"]:
        held = points[row["rank"]]
        held[row["rule"]] = held.get(row["rule"], 0) + row["points"]
    for row in found["pupils"]:
        assert row["score"] == sum(points[row["rank"]].values())
    return {row["name"]: points[row["rank"]] for row in found["pupils"]}


def one(world: World, name: str = "张一", **options: Any) -> dict[str, int]:
    """The points of one pupil."""
    return signs(world, **options).get(name, {})


# --- thresholds: one less, just enough ------------------------------------------------------------


@pytest.mark.parametrize(("days", "points"), [(2, None), (3, 40), (5, 40)])
def test_three_school_days_in_a_row_are_a_sign(world, days, points):
    name_everybody(world)
    miss(world, pupil(world, "张一"), *SCHOOL_DAYS[:days])
    assert one(world).get("absent_run") == points


def test_who_is_suspected_already_is_no_more_warned_of(world):
    name_everybody(world)
    miss(world, pupil(world, "张一"), *SCHOOL_DAYS[:6])  # 8 calendar days
    assert signs(world) == {}
    assert [row["kind"] for row in read(world, "dropout")["names"]] == ["suspected"]


@pytest.mark.parametrize(
    ("days", "points"), [(2, None), (3, 10), (4, 10), (5, 20), (7, 20), (8, 30)]
)
def test_days_away_within_sixty_days_count_by_steps(world, days, points):
    name_everybody(world)
    scattered = [TODAY - timedelta(59 - 3 * number) for number in range(days)]
    miss(world, pupil(world, "张一"), *scattered)
    assert one(world).get("absent_often") == points


def test_a_day_before_the_window_does_not_count_nor_does_an_excused_one(world):
    name_everybody(world)
    child = pupil(world, "张一")
    miss(world, child, TODAY - timedelta(60), TODAY - timedelta(59), TODAY - timedelta(50))
    miss(world, child, TODAY - timedelta(40), is_excused=True)
    assert one(world) == {}


@pytest.mark.parametrize(("days", "points"), [(2, None), (3, 10)])
def test_more_days_away_than_in_the_month_before_are_a_sign(world, days, points):
    name_everybody(world)
    child = pupil(world, "张一")
    miss(world, child, TODAY - timedelta(30))  # the last day of the window before
    miss(world, child, *(TODAY - timedelta(29 - 5 * number) for number in range(days)))
    assert one(world).get("absent_rising") == points


@pytest.mark.parametrize(("metres", "points"), [(2999, None), (3000, 5), (4999, 5), (5000, 10)])
def test_a_long_way_counts_for_who_walks_it_each_day(world, metres, points):
    name_everybody(world)
    pupil(world, "张一", school_distance_m=metres)
    world.board(pupil(world, "住校", school_distance_m=metres), "boarder")
    assert one(world).get("distance") == points
    assert one(world, "住校") == {}


@pytest.mark.parametrize(
    ("born_on", "points"),
    [(date(2011, 9, 1), None), (date(2011, 8, 31), 10), (date(2010, 8, 31), 10)],
)
def test_two_years_older_than_the_grade_are_a_sign(world, born_on, points):
    # Grade 8 of 2026: completed 13 on 31 August.
    name_everybody(world)
    pupil(world, "张一", born_on=born_on)
    assert one(world).get("overage") == points


@pytest.mark.parametrize(("back", "points"), [(180, None), (179, 10), (0, 10)])
def test_who_stopped_boarding_lately_is_told(world, back, points):
    name_everybody(world)
    child = pupil(world, "张一")
    changed = TODAY - timedelta(back)
    world.board(child, "boarder", from_=date(2025, 9, 1), until=changed)
    world.board(child, "day", from_=changed)
    assert one(world).get("boarding_change") == points


@pytest.mark.parametrize(("back", "points"), [(180, None), (179, 5)])
def test_who_came_from_another_school_lately_is_told(world, back, points):
    name_everybody(world)
    child = world.person("张一", born_on=date(2012, 3, 4))
    changed = TODAY - timedelta(back)
    west = world.school("西河中学")
    world.enrol(child, west, stage="junior", grade=8, from_=date(2025, 9, 1), until=changed)
    world.enrol(child, stage="junior", grade=8, from_=changed)
    assert one(world).get("school_change") == points


@pytest.mark.parametrize(("back", "points"), [(365, None), (364, 25)])
def test_who_came_back_within_a_year_is_told(world, back, points):
    name_everybody(world)
    child = world.person("张一", born_on=date(2012, 3, 4))
    world.enrol(child, stage="junior", grade=8, from_=date(2025, 9, 1))
    world.stand(child, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2025, 10, 13),
                until=TODAY - timedelta(back))  # fmt: skip
    assert one(world).get("returned") == points


@pytest.mark.parametrize(("grade", "points"), [(6, None), (7, 10), (8, None), (9, 5)])
def test_grades_of_transition_are_told(world, grade, points):
    name_everybody(world)
    pupil(world, "张一", grade)
    assert one(world).get("transition") == points


@pytest.mark.parametrize(
    ("category", "points"),
    [(Category.LIFTED, 15), (Category.RURAL_ALLOWANCE, 10), (Category.LIFTED_ENDED, 5),
     (Category.OTHER, None)],
)  # fmt: skip
def test_the_gravest_word_for_the_household_counts_once(world, category, points):
    name_everybody(world)
    home = world.household(category)
    if category is Category.LIFTED:
        world.categorise(home, Category.RURAL_ALLOWANCE)
    pupil(world, "张一", household_id=home.id)
    assert one(world).get("poverty") == points


def test_every_key_group_counts_for_itself(world):
    name_everybody(world)
    pupil(world, "张一", is_orphan=True, is_left_behind=True, is_migrant_child=True)
    pupil(world, "李二", disability_kind="肢体残疾", is_left_behind=False)
    assert one(world)["group"] == 25
    assert one(world, "李二") == {"group": 10}


def test_a_child_of_the_house_who_is_out_of_school_warns_of_the_others(world):
    name_everybody(world)
    home = world.household()
    pupil(world, "张一", household_id=home.id)
    world.person("张小", born_on=date(2018, 3, 4), household_id=home.id)  # never enrolled
    pupil(world, "李二")
    assert signs(world) == {"张一": {"sibling": 25}}


# --- who is asked about, and by which figures -----------------------------------------------------


def test_only_pupils_at_school_are_warned_of(world):
    name_everybody(world)
    suspended = pupil(world, "休学", is_orphan=True)
    world.stand(suspended, Standing.SUSPENDED, Change.SUSPENSION, from_=AUTUMN,
                ends_on=date(2027, 8, 31))  # fmt: skip
    gone = pupil(world, "辍学", is_orphan=True)
    world.stand(gone, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 10, 12))
    pupil(world, "已故", is_orphan=True).died_on = TODAY
    senior = world.person("高中", born_on=date(2010, 3, 4), is_orphan=True)
    world.enrol(senior, stage="senior", grade=10)
    pupil(world, "在校", is_orphan=True)
    assert list(signs(world)) == ["在校"]


def test_a_school_alone_tells_only_its_own(world):
    name_everybody(world)
    pupil(world, "张一", is_orphan=True)
    other = world.person("西一", born_on=date(2012, 3, 4), is_orphan=True)
    world.enrol(other, world.school("西河中学"), stage="junior", grade=8)
    assert list(signs(world, school="西河中学")) == ["西一"]


def test_levels_begin_at_their_score(world):
    # 15 + 10 = 25, with 5 more 30, with a brother gone 55 (orange), and left behind 65.
    gone = world.household(Category.LIFTED)
    home = world.household(Category.LIFTED)
    world.person("张小", born_on=date(2018, 3, 4), household_id=gone.id)
    pupil(world, "二十五", household_id=home.id, is_orphan=True)
    pupil(world, "三十", household_id=home.id, is_orphan=True, is_migrant_child=True)
    pupil(world, "四十", household_id=gone.id)
    pupil(world, "五十", household_id=gone.id, is_orphan=True)
    pupil(world, "六十", household_id=gone.id, is_orphan=True, is_left_behind=True)
    found = read(world, "warning")
    assert [(row["name"], row["score"], row["level"]) for row in found["pupils"]] == [
        ("六十", 60, "red"), ("五十", 50, "orange"), ("四十", 40, "orange"), ("三十", 30, "yellow"),
    ]  # fmt: skip
    assert found["schools"] == [
        {"school": "青禾小学", "red": 1, "orange": 2, "yellow": 1, "all": 4}
    ]
    assert found["levels"] == {"red": 60, "orange": 40, "yellow": 30}


def test_a_county_sets_its_own_points_and_a_rule_of_none_is_off(world):
    home = world.household(Category.LIFTED)
    pupil(world, "张一", 7, household_id=home.id, is_orphan=True)
    name_everybody(world, group="{ orphan = 70, disabled = 0, left_behind = 0, migrant = 0 }",
                   poverty="{ registered = 0, poor = 0, listed = 0 }",
                   transition="[{ grade = 8, points = 3 }]")  # fmt: skip
    found = read(world, "warning")
    assert [(row["score"], row["level"]) for row in found["pupils"]] == [(70, "red")]
    rules = {row["rule"]: row for row in found["rules"]}
    assert rules["poverty"]["counts"] == "不计分"
    assert (rules["group"]["document"], rules["group"]["confidence"]) == ("本地", "confirmed")
    assert rules["distance"]["confidence"] == "unconfirmed"


def test_every_rule_may_be_off(world):
    text = norms_text("warning").text
    values = {line[2:-2] for line in text.splitlines() if line.startswith("[[")}
    assert "group" in values
    miss(world, pupil(world, "张一", 7, is_orphan=True), *SCHOOL_DAYS[:4])
    steps = "steps = [{ at_least = 1, points = 0 }]"
    name_everybody(
        world,
        **dict.fromkeys(("absent_run", "sibling"), "{ points = 0 }"),
        **dict.fromkeys(("absent_often", "absent_rising"), f"{{ window_days = 9, {steps} }}"),
        **dict.fromkeys(
            ("returned", "boarding_change", "school_change"), "{ window_days = 9, points = 0 }"
        ),
        **dict.fromkeys(("distance", "overage"), f"{{ {steps} }}"),
        poverty="{ registered = 0, poor = 0, listed = 0 }",
        group="{ orphan = 0, disabled = 0, left_behind = 0, migrant = 0 }",
        transition="[{ grade = 7, points = 0 }]",
    )
    assert signs(world) == {}


# --- what people read -----------------------------------------------------------------------------


def worried_school(world: World) -> None:
    """A junior school with every sign."""
    home = world.household(Category.UNSTABLE)
    world.person("周小妹", born_on=date(2019, 5, 4), household_id=home.id)
    tired = pupil(world, "周大", 7, household_id=home.id, is_left_behind=True,
                  school_distance_m=5200, born_on=date(2011, 3, 4))  # fmt: skip
    miss(world, tired, *SCHOOL_DAYS[:4], TODAY - timedelta(25))
    world.board(tired, "boarder", from_=date(2026, 3, 2), until=date(2026, 10, 12))
    world.board(tired, "day", from_=date(2026, 10, 12))
    back = world.person("吴二", born_on=date(2012, 3, 4), is_orphan=True)
    west = world.school("西河中学")
    world.enrol(back, west, stage="junior", grade=8, from_=date(2025, 9, 1), until=AUTUMN)
    world.enrol(back, stage="junior", grade=8)
    world.stand(back, Standing.DROPPED_OUT, Change.DROPOUT, from_=date(2026, 9, 14),
                until=date(2026, 10, 19))  # fmt: skip
    pupil(world, "郑三", 9, household_id=world.household(Category.LIFTED).id)


def test_people_read_reasons_points_and_how_they_are_counted(world, golden):
    worried_school(world)
    page = report_named("warning").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("warning.txt", stream.getvalue())


def test_the_statements_do_not_grow_with_the_ledger(world, statements):
    worried_school(world)
    statements()
    read(world, "warning")
    few = statements()
    for number in range(40):
        pupil(world, f"生{number}", is_orphan=True, is_left_behind=True, is_migrant_child=True,
              school_distance_m=6000)  # fmt: skip
    statements()
    read(world, "warning")
    assert statements() == few
