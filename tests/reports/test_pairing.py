"""结对: no listed household without a helper, nobody over or under their share unseen."""

import io
from datetime import date
from typing import Any

from jingzhun.core.table import Format
from jingzhun.core.vocabulary import Category
from jingzhun.render import show
from jingzhun.reports import ReportOptions, report_named
from tests.builders import TODAY, World
from tests.reports.reading import read


def helpers(world: World, **options: Any) -> dict[str, dict[str, Any]]:
    return {row["helper"]: dict(row) for row in read(world, "pairing", **options)["helpers"]}


def staff_with(world: World, name: str, households: int, **attributes: Any) -> None:
    person = world.staff(name, **attributes)
    for _ in range(households):
        world.pair(person, world.household(Category.LIFTED))


def test_listed_households_without_a_helper_are_named(world):
    world.household(Category.LIFTED, no="6299000001", head_name="张大")
    world.household(Category.OTHER)
    world.household()
    world.pair(world.staff(), world.household(Category.MARGINAL))
    (row,) = read(world, "pairing")["households_without_helper"]
    assert (row["household_no"], row["name"], row["village"]) == ("6299000001", "张大", "东山村")
    assert (row["categories"], row["sources"][0]["file"]) == (["lifted"], "世界.xlsx")


def test_a_pairing_that_has_ended_leaves_the_household_without_a_helper(world):
    home = world.household(Category.LIFTED, no="6299000001")
    world.pair(world.staff(), home, until=date(2026, 9, 1))
    assert read(world, "pairing", as_of=date(2026, 8, 31))["households_without_helper"] == []
    assert len(read(world, "pairing")["households_without_helper"]) == 1


def test_a_household_let_go_out_of_need_is_counted_apart_until_it_is_in_need_again(world):
    home = world.household(Category.LIFTED_ENDED, no="6299000001")
    world.pair(world.staff(), home, until=date(2026, 9, 1))
    page = report_named("pairing").build(world.session, ReportOptions(as_of=TODAY))
    table = next(each for each in page.tables if each.key == "households_without_helper")
    assert (table.rows, len(table.notes)) == ([], 1)
    assert "另有 1 户已脱贫" in table.notes[0]
    world.categorise(home, Category.MARGINAL, from_=date(2026, 10, 1))
    assert len(read(world, "pairing")["households_without_helper"]) == 1


def test_leaders_take_two_households_and_everybody_else_one(world):
    staff_with(world, "书记", 2, post="党委书记")
    staff_with(world, "院长", 1, post="院长、教授")
    staff_with(world, "副院长", 2, post="副院长")
    staff_with(world, "教师", 1, post="教师")
    staff_with(world, "新人", 0)
    assert {
        name: (row["load"], row["expected"], row["difference"], row["state"])
        for name, row in helpers(world).items()
    } == {
        "书记": (2, 2, 0, "fit"),
        "院长": (1, 2, -1, "under"),
        "副院长": (2, 1, 1, "over"),
        "教师": (1, 1, 0, "fit"),
        "新人": (0, 1, -1, "under"),
    }


def test_the_exempt_say_why(world):
    staff_with(world, "合同工", 0, on_establishment=False)
    staff_with(world, "困难", 1, in_hardship=True)
    staff_with(world, "将退", 0, born_on=date(1968, 1, 1), sex="male")
    staff_with(world, "已退", 1, in_service=False)
    staff_with(world, "不详", 0)
    found = helpers(world)
    assert {name: (row["state"], row["exemption"]) for name, row in found.items()} == {
        "合同工": ("exempt", "not_on_establishment"),
        "困难": ("exempt", "in_hardship"),
        "将退": ("exempt", "retiring"),
        "已退": ("exempt", "not_in_service"),
        "不详": ("under", None),
    }
    assert (found["困难"]["expected"], found["困难"]["difference"]) == (0, 1)


def test_each_helper_names_their_households_and_places(world):
    person = world.staff("李帮")
    for number in ("6299000002", "6299000001"):
        world.pair(person, world.household(Category.LIFTED, no=number))
    found = helpers(world)["李帮"]
    assert found["households"] == ["6299000001", "6299000002"]
    assert len(found["sources"]) == 3


def test_pairs_are_listed_with_their_own_row(world):
    world.pair(world.staff("李帮", post="教师"), world.household(Category.LIFTED, head_name="张大"))
    (row,) = read(world, "pairing")["pairs"]
    assert (row["helper"], row["name"], row["paired_on"]) == ("李帮", "张大", "2024-09-01")
    assert row["sources"] == [{"file": "世界.xlsx", "sheet": "Sheet1", "row": 5}]


def test_one_unit_alone_can_be_asked_for(world):
    for unit in ("青禾学院", "青禾小学"):
        staff_with(world, unit, 1, unit=unit)
    found = read(world, "pairing", school="青禾小学")
    assert [row["helper"] for row in found["helpers"]] == ["青禾小学"]
    assert [row["helper"] for row in found["pairs"]] == ["青禾小学"]


def test_an_empty_ledger_has_an_empty_report(world):
    assert read(world, "pairing") == {
        "as_of": "2026-11-24", "households_without_helper": [], "helpers": [], "pairs": [],
    }  # fmt: skip


def test_people_read_what_does_not_fit_first(world, golden):
    world.household(Category.LIFTED, no="6299000001", head_name="张大")
    staff_with(world, "书记", 2, post="党委书记", born_on=date(1985, 1, 1))
    staff_with(world, "教师", 2, post="教师", born_on=date(1990, 1, 1))
    staff_with(world, "已退", 1, in_service=False)
    page = report_named("pairing").build(world.session, ReportOptions(as_of=TODAY))
    stream = io.StringIO()
    show(page, format=Format.TABLE, out=None, show_ids=False, stream=stream)
    golden("pairing.txt", stream.getvalue())


def test_the_statements_do_not_grow_with_the_ledger(world, statements):
    staff_with(world, "李帮", 1)
    read(world, "pairing")
    few = statements()
    staff_with(world, "王帮", 30)
    statements()
    read(world, "pairing")
    assert statements() == few
