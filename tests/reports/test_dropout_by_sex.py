"""Rates of girls and of boys are parts of the school's."""

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Change, Sex
from jingzhun.reports import ReportOptions, report_named
from tests.builders import TODAY
from tests.reports.reading import read
from tests.reports.test_dropout import leave, whole


def test_girls_and_boys_have_rates_of_their_own_that_add_up_to_the_school_s(world):
    for number in range(3):
        world.enrol(world.person(f"女{number}", sex="female"))
    boys = [world.person(f"男{number}", sex="male") for number in range(4)]
    for boy in boys:
        world.enrol(boy)
    world.enrol(world.person("不详", sex=None))
    leave(world, boys[0], Change.DROPOUT)
    found = read(world, "dropout")["by_sex"]
    assert [(row["sex"], row["base"], row["not_returned"]) for row in found] == [
        (None, 1, 0), ("female", 3, 0), ("male", 4, 1),
    ]  # fmt: skip
    assert [row["individual_percent"] for row in found] == [0, 0, 25]
    for key in ("base", "not_returned", "losses", "gains"):
        assert sum(row[key] for row in found) == whole(world)[key]


def test_several_schools_have_sums_by_sex_for_people(world):
    world.enrol(world.person("女", sex="female"))
    world.enrol(world.person("男", sex="male"))
    world.enrol(world.person("外校", sex="male"), world.school("东山小学"))
    page = report_named("dropout").build(world.session, ReportOptions(as_of=TODAY))
    shown = next(t for t in page.tables if t.key == "by_sex" and Format.TABLE in t.shown_in)
    assert [(row[0], row[1], row[2]) for row in shown.rows][-2:] == [
        ("合计", Sex.FEMALE, 1), ("合计", Sex.MALE, 2),
    ]  # fmt: skip
