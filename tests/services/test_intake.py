"""One file in, every row accounted for: added, changed, same or refused, and why."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.core.page import Page
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import FileError, JingzhunError
from jingzhun.services.importing.imports import list_imports, show_import
from jingzhun.services.importing.intake import take_in
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Base, Person, Source
from tests.services.workbooks import (
    ROSTER,
    SISTER,
    Bring,
    bring_in,
    codes,
    counts,
    options,
    pupil,
    records,
    write,
)


def content(ledger: Ledger, *, besides: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Give every row of every table but those named."""
    with ledger.read() as session:
        return {
            table.name: list(session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in besides
        }


# --- counts, problems, sources ------------------------------------------------------------------


def test_every_row_is_added_changed_same_or_refused(bring: Bring, ledger: Ledger) -> None:
    rows = [ROSTER, pupil(), pupil("钱二", SISTER), pupil("孙三", "62999920150304001")]
    assert counts(bring(*rows)) == (2, 0, 0, 1)
    newer = [ROSTER, pupil(), pupil("钱二", SISTER, boarding="走读")]
    assert counts(bring(*newer, name="新.xlsx")) == (0, 1, 1, 0)
    assert len(records(ledger, Person)) == 2


def test_the_same_file_twice_changes_nothing_and_leaves_no_second_sources(
    bring: Bring, ledger: Ledger
) -> None:
    rows = [ROSTER, pupil(), pupil("钱二", SISTER)]
    bring(*rows)
    unchanged = (
        "import",
        "import_sheet",
        "import_column",
        "import_problem",
        "sheet_content",
        "list_scope",
    )
    before = content(ledger, besides=unchanged)
    assert counts(bring(*rows)) == (0, 0, 2, 0)
    assert content(ledger, besides=unchanged) == before


def test_a_row_refused_carries_all_its_faults_and_leaves_nothing(
    bring: Bring, ledger: Ledger
) -> None:
    outcome = bring(ROSTER, pupil(), pupil("", "62999920150304001", grade="不知道"))
    assert {code for number, code in codes(outcome) if number == 3} >= {"name_missing", "id_length"}
    assert len(records(ledger, Person)) == 1
    assert [source.row_number for source in records(ledger, Source)] == [2]


def test_strict_keeps_a_file_with_refused_rows_out(bring: Bring, ledger: Ledger) -> None:
    before = content(ledger)
    with pytest.raises(JingzhunError) as caught:
        bring(ROSTER, pupil(), pupil("孙三", "1234"), strict=True)
    assert caught.value.code == "rows_refused"
    assert "C3" in caught.value.reason or "B3" in caught.value.reason
    assert content(ledger) == before


def test_a_trial_counts_truly_and_writes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path / "名单.xlsx", [ROSTER, pupil(), pupil("钱二", SISTER)])
    before = content(ledger)

    def try_out() -> None:
        with ledger.write() as session:
            assert counts(take_in(session, path, options())) == (2, 0, 0, 0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        try_out()
    assert content(ledger) == before
    assert counts(bring_in(ledger, path)) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("菜名", "价格"), ("土豆", "3")], "no_known_table"),
        ([ROSTER], "no_rows"),
    ],
)
def test_a_file_without_a_list_is_refused_whole(
    bring: Bring, ledger: Ledger, rows: list[tuple[str, ...]], code: str
) -> None:
    before = content(ledger)
    with pytest.raises(FileError) as caught:
        bring(*rows)
    assert caught.value.code == code
    assert content(ledger) == before


def test_a_sheet_that_is_no_list_is_passed_over_and_said_to_be(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = write(tmp_path / "名单.xlsx", [ROSTER, pupil()], [("菜名", "价格"), ("土豆", "3")])
    outcome = bring_in(ledger, path)
    assert [(sheet.sheet, sheet.kind, sheet.rows) for sheet in outcome.sheets] == [
        ("Sheet1", Kind.STUDENT_ROSTER, 1),
        ("Sheet2", None, 0),
    ]
    assert (0, "sheet_unrecognised") in codes(outcome)


def test_progress_ends_at_a_hundred(ledger: Ledger, tmp_path: Path) -> None:
    told: list[int] = []
    path = write(tmp_path / "名单.xlsx", [ROSTER, pupil()])
    with ledger.write() as session:
        take_in(session, path, options(), progress=lambda _words, percent: told.append(percent))
    assert told == sorted(told)
    assert told[-1] == 100


def test_the_list_of_imports_shows_each_with_its_counts(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil(), pupil("孙三", "1234"))
    bring(ROSTER, pupil(), name="再.xlsx")
    with ledger.read() as session:
        listed, shown = list_imports(session), show_import(session, 1)
        assert [
            (one["import"], one["file"], one["added"], one["same"], one["refused"])
            for one in table(listed, "imports")
        ] == [(2, "再.xlsx", 0, 1, 0), (1, "名单.xlsx", 1, 0, 1)]
        assert shown.facts["file"] == "名单.xlsx"
        assert {one["row"] for one in table(shown, "problems")} == {3}
        with pytest.raises(JingzhunError):
            show_import(session, 9)


def table(page: Page, key: str) -> list[dict[str, Any]]:
    return list(next(table for table in page.tables if table.key == key).records())
