"""Fixtures: goldens, and a count of the statements that a report needs."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.builders import World

_GOLDENS = Path(__file__).parent / "goldens"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with its golden; ``JINGZHUN_GOLDENS=write`` writes it instead."""

    def compare(name: str, text: str) -> None:
        path = _GOLDENS / name
        if os.environ.get("JINGZHUN_GOLDENS") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def statements(world: World) -> Iterator[Callable[[], int]]:
    """Give the function that says how many statements ran since it was last asked."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().startswith(("SELECT", "WITH")):
            seen.append(statement)

    def count() -> int:
        number = len(seen)
        seen.clear()
        return number

    connection = world.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield count
    event.remove(connection, "before_cursor_execute", note)
