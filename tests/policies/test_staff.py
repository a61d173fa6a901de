"""What is paid to teachers: by the month, to whom every condition is known to apply."""

from sqlalchemy import select

from jingzhun.store.schema import Staff, StaffLine
from tests.builders import World
from tests.policies.worlds import put_teachers, run


def paid(world: World, period: str, **options: str) -> list[tuple[str, int, int]]:
    """Compute a period and give who is paid what in which month."""
    number = run(world.session, period, **options)
    query = (
        select(Staff.name, StaffLine.month, StaffLine.amount_fen)
        .join(Staff, Staff.id == StaffLine.staff_id)
        .where(StaffLine.run_id == number)
        .order_by(StaffLine.month, Staff.id)
    )
    return [tuple(row) for row in world.session.execute(query)]  # type: ignore[misc]


def test_only_teachers_of_whom_everything_is_known_are_paid(world: World) -> None:
    put_teachers(world)
    assert paid(world, "2026-11") == [("李帮", 202611, 40000)]


def test_a_term_pays_the_months_of_the_rule_whole(world: World) -> None:
    put_teachers(world)
    months = [month for _, month, _ in paid(world, "2026秋")]
    assert months == [202609, 202610, 202611, 202612, 202701]


def test_one_school_is_paid_apart(world: World) -> None:
    put_teachers(world)
    assert paid(world, "2026-11", scope="城关小学") == []
    assert paid(world, "2026-11", scope="青禾小学") == [("李帮", 202611, 40000)]


def test_computing_again_pays_nobody_twice(world: World) -> None:
    put_teachers(world)
    assert paid(world, "2026-11") == paid(world, "2026-11")


def test_without_a_figure_of_the_county_nobody_is_paid(world: World) -> None:
    world.school(is_rural=True)
    world.staff("李帮", unit="青禾小学", on_establishment=True, in_service=True)
    assert paid(world, "2026-11") == []
