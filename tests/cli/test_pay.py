"""``jingzhun pay`` from an approved run to the bank and back, as the clerk of money meets it."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Trail
from tests.builders import World
from tests.cli.terminal import ROOT, Said, assert_one_message, jingzhun
from tests.services.paying import CARD, OTHER_CARD, approved, boarder, give_card
from tests.services.workbooks import write

Pay = Callable[..., Said]


@pytest.fixture
def pay(ledger: Ledger, tmp_path: Path) -> Pay:
    """Two pupils of an approved run; one is called like a formula."""
    with ledger.write() as session:
        world = World(session)
        give_card(world, boarder(world, "张一"), CARD, payee="=HYPERLINK(1)")
        give_card(world, boarder(world, "张丁"), OTHER_CARD)
        approved(session)

    def run(*words: object, on: str = "2026-12-01") -> Said:
        return jingzhun("pay", *words, "--on", on, "--by", "王会计", folder=tmp_path)

    return run


def returned(folder: Path, *results: str) -> Path:
    """Write what a bank makes of our file."""
    sheet = load_workbook(folder / "代发.xlsx").worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][:6] == ["批次", "序号", "姓名（户名）", "账号", "开户行", "金额"]
    told = [[*rows[0], "处理结果", "日期"]]
    told += [[*row, result, "2026-12-03"] for row, result in zip(rows[1:], results, strict=True)]
    return write(folder / "回单.xlsx", told)


def test_from_an_approved_run_to_the_bank_and_back(pay: Pay, tmp_path: Path) -> None:
    made = pay("batch", 1, "--scheme", "寄宿生生活补助", "--format", "json")
    assert made.status == 0, made
    assert made.json["batches"][0]["promised_fen"] == 25000
    assert CARD not in made.out + pay("show", 1).out + pay("show", 1, "--format", "csv").out
    assert pay("export", 1, "--out", "代发.xlsx").status == 0
    path = returned(tmp_path, "成功", "失败")
    short = pay("return", 1, path, on="2026-12-04")
    assert_one_message(short)
    assert "--advance" in short.err
    told = pay("return", 1, path, "--advance", "--format", "json", on="2026-12-04")
    assert told.json["changes"]["paid"] == told.json["changes"]["failed"] == 1
    [batch] = told.json["batches"]
    assert batch["promised"] == batch["paid"] + batch["failed"] + batch["pending"] == 2
    assert_one_message(pay("return", 1, path, "--advance", on="2026-12-04"))
    again = pay("batch", "--follow", 1, "--format", "json", on="2026-12-05")
    assert (again.json["batches"][0]["follows"], again.json["batches"][0]["promised"]) == (1, 1)
    assert again.json["hindered"][0]["reason"] == "failed_before"
    assert pay("return", 2, "--all-paid", "--advance", on="2026-12-06").status == 0


def test_a_return_with_faults_shows_each_and_changes_nothing(pay: Pay, tmp_path: Path) -> None:
    pay("batch", 1, "--scheme", "boarding_living")
    pay("export", 1, "--out", "代发.xlsx")
    path = returned(tmp_path, "成功", "成功")
    before = pay("show", 1).out
    said = pay("return", 1, path, "--advance", "--format", "json", on="2026-12-02")
    assert said.status == 1
    assert said.json["error"]["code"] == "return_refused"
    assert {(each["row"], each["code"]) for each in said.json["problems"]} == {
        (2, "return_in_future"),
        (3, "return_in_future"),
    }
    assert pay("show", 1).out == before


def test_the_bank_file_is_text_without_live_formulas_and_the_same_every_time(
    pay: Pay, ledger: Ledger, tmp_path: Path
) -> None:
    pay("batch", 1, "--scheme", "boarding_living")
    for name in ("一.xlsx", "二.xlsx", "一.csv", "二.csv"):
        assert pay("export", 1, "--out", name).status == 0
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()
    assert (tmp_path / "一.csv").read_bytes() == (tmp_path / "二.csv").read_bytes()
    [sheet] = load_workbook(tmp_path / "一.xlsx").worksheets
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[1]][:6] == ["1", "1", "=HYPERLINK(1)", CARD, None, 125]
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert rows[1][3].number_format == "@"
    assert len(rows) == 3
    with (tmp_path / "一.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][2:4] == ["'=HYPERLINK(1)", CARD]
    with ledger.read() as session:
        trail = session.scalars(select(Trail).where(Trail.command.contains("export"))).all()
        assert [each.detail["batch"] for each in trail] == [1] * 4
        assert all(CARD not in each.command for each in trail)


@pytest.mark.parametrize(
    "words",
    [
        ("batch",),
        ("batch", 1, "--follow", 1),
        ("export", 1),
        ("export", 1, "--out", "代发.html"),
        ("return", 1),
        ("return", 1, "--all-paid", "--line", 1),
        ("return", 1, "--line", 1, "--failed"),
        ("return", 1, "--all-failed"),
        ("recover", "张一"),
        ("recover", "张一", "一百"),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_words_that_do_not_fit_together_are_wrong_usage(pay: Pay, words: tuple[object]) -> None:
    assert_one_message(pay(*words), status=2)


@pytest.mark.parametrize(
    "words",
    [
        ("batch", 9),
        ("batch", 1, "--scheme", "nutrition"),
        ("batch", "--follow", 9),
        ("show", 9),
        ("export", 9, "--out", "代发.xlsx"),
        ("return", 9, "--all-paid"),
        ("recover", "张一", "5"),
        ("recover", 9, "5"),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_what_cannot_be_paid_is_one_message(pay: Pay, words: tuple[object]) -> None:
    assert_one_message(pay(*words))


def test_of_two_who_make_a_batch_at_once_one_wins(pay: Pay, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "jingzhun", "pay", "batch", "1", "--scheme", "boarding_living"]
    rivals = [
        subprocess.Popen(
            words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        for _ in range(2)
    ]  # fmt: skip
    told = [(rival.communicate(), rival.returncode) for rival in rivals]
    assert sorted(code for _, code in told) == [0, 1]
    [words_of_loser] = [err.decode() for (_, err), code in told if code]
    assert "没有还要发放的款" in words_of_loser
    assert [batch["promised"] for batch in pay("list", "--format", "json").json["batches"]] == [2]


def test_precheck_names_who_cannot_be_paid_and_keeps_nothing(
    ledger: Ledger, tmp_path: Path
) -> None:
    with ledger.write() as session:
        boarder(World(session), "张一")
    ledger.close()
    before = (tmp_path / "jingzhun.db").read_bytes()
    words = ("subsidy", "--month", "2026-11", "--precheck", "--on", "2026-11-24")
    said = jingzhun(*words, "--format", "json", folder=tmp_path)
    assert said.status == 0, said
    assert [each["reason"] for each in said.json["hindered"]] == ["no_account"]
    assert "没有银行卡号" in jingzhun(*words, folder=tmp_path).out
    assert (tmp_path / "jingzhun.db").read_bytes() == before
