"""``jingzhun fund`` as the clerk of money meets it."""

import pytest

from tests.cli.terminal import assert_one_message, jingzhun


@pytest.fixture
def desk(tmp_path):
    jingzhun("db", "info", folder=tmp_path)
    return lambda *words: jingzhun("fund", *words, "--on", "2026-11-24", folder=tmp_path)


def test_a_receipt_gives_its_voucher_and_the_new_balance(desk):
    desk("opening", "3,200.50", "--source", "中央", "--purpose", "boarding_living")
    words = ("receive", "1.25万元", "--source", "省", "--purpose", "寄宿生", "--format", "json")
    said = desk(*words, "--document", "甘财教〔2026〕12号")
    assert said.status == 0, said
    assert said.json["entries"][0]["voucher_no"] == "2026-00002"
    assert said.json["purposes"] == [
        {
            "purpose": "boarding_living",
            "title": "寄宿生生活补助",
            "bank_fen": 15_700_50,
            "left_fen": 15_700_50,
            "advance_fen": 0,
        }
    ]


@pytest.mark.parametrize("amount", ["0", "-5", "1e3", "12,50", "0.001", "一百", "１２"])
def test_what_is_no_amount_is_refused(desk, amount):
    said = desk("receive", "--source", "省", "--purpose", "nutrition", "--", amount)
    assert_one_message(said, status=2)


@pytest.mark.parametrize(
    "words",
    [
        ("receive", "5"),
        ("receive", "5", "--source", "省"),
        ("receive", "5", "--source", "省", "--purpose", "爱心"),
        ("opening", "5", "--source", "谁", "--purpose", "nutrition"),
        ("reverse", "2026-00001"),
        ("close", "2026"),
        ("journal", "--account", "99"),
        ("journal", "--purpose", "没有"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_booked_is_one_message(desk, words):
    assert_one_message(desk(*words))


def test_the_pages_of_the_books_come_in_every_format(desk, tmp_path):
    desk("receive", "100", "--source", "省", "--purpose", "nutrition")
    for words in (("balance",), ("journal", "--account", "1002", "--source", "省")):
        for suffix in ("json", "csv", "xlsx", "html"):
            assert desk(*words, "--out", f"页.{suffix}").status == 0
            assert (tmp_path / f"页.{suffix}").stat().st_size > 100


@pytest.mark.parametrize("program", ["beancount", "hledger"])
def test_the_books_go_out_to_a_file_or_the_screen(desk, tmp_path, program):
    desk("receive", "100", "--source", "省", "--purpose", "nutrition")
    shown = desk("export", "--to", program)
    said = desk("export", "--to", program, "--out", "专账.txt")
    assert said.out == ""
    assert (tmp_path / "专账.txt").read_text(encoding="utf-8") == shown.out
    assert "100.00 CNY" in shown.out


def test_a_gift_to_a_pupil_and_a_check_of_it_all(desk, tmp_path):
    assert_one_message(desk("receive", "500", "--for", "没有这个人"))
    desk("receive", "100", "--source", "省", "--purpose", "nutrition")
    said = jingzhun("check", "--format", "json", folder=tmp_path)
    assert said.status == 0
    assert said.json["clean"] is True
    assert said.json["findings"] == []
