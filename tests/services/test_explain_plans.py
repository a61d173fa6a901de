"""Explaining looks a pupil's rows up by index, however many pupils there are."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from jingzhun.core.terms import Month, Term
from jingzhun.services.subsidy.explain import explain
from jingzhun.services.subsidy.explain_months import explain_months
from tests.builders import TODAY, World
from tests.policies.worlds import put_pupil, run

#: What people set at the desk, a handful of rows in any ledger.
SMALL = frozenset({"calendar_word", "policy_file", "policy_use", "match_pair"})
PUPIL: dict[str, Any] = {
    "enrolment": [{"stage": "primary", "grade": 3}],
    "boarding": [{"boarding": "boarder"}],
    "category": [{"category": "lifted"}],
    "absences": [date(2026, 11, 3)],
    "meals": [{"month": 202611, "days": 19}],
    "person": {"disability_no": "62999920140506001641"},
}


@pytest.fixture
def plans(world: World) -> list[str]:
    """The steps of the plan of every query that ran."""
    connection = world.session.connection()
    asked: list[tuple[str, Any]] = []
    steps: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    world.session.flush()
    person = put_pupil(world, PUPIL)
    run(world.session, "2026-11")
    event.listen(connection, "before_cursor_execute", note)
    explain(world.session, person.identity, Month(2026, 11), today=TODAY)
    explain_months(
        world.session, person.identity, Term.parse("2026秋").months, period="2026秋", today=TODAY
    )
    event.remove(connection, "before_cursor_execute", note)
    for statement, parameters in asked:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps += [row[3] for row in rows]
    return steps


def test_no_table_of_people_is_read_from_end_to_end(plans: list[str]) -> None:
    assert plans
    scanned = {found[1] for step in plans if (found := re.match(r"SCAN (\w+)", step))}
    assert scanned <= SMALL, scanned
