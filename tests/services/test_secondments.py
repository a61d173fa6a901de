"""Who is sent away, from lists and from the desk: in any order, once more, undone, refused."""

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from jingzhun.errors import JingzhunError
from jingzhun.reports import ReportOptions, report_named
from jingzhun.services.desk.secondments import Sending, call_back, send
from jingzhun.services.hand import Hand
from jingzhun.services.importing.undo import undo_import
from jingzhun.store.engine import Ledger, open_ledger
from tests.builders import TODAY, id_number
from tests.reports.reading import page_facts
from tests.services.workbooks import bring_in, codes, counts, on, write

HAND = Hand(actor="测试", os_user="test", command="jingzhun secondment",
            recorded_at=datetime(2026, 11, 24, tzinfo=UTC))  # fmt: skip
LEE = id_number(on("1999-03-01"), 1)
STAFF = [
    ("姓名", "身份证号", "单位", "部门", "编制类型", "是否在职"),
    ("李帮", LEE, "青禾小学", "语文组", "事业编", "在职"),
    ("王帮", id_number(on("2000-03-01"), 2), "青禾小学", "数学组", "事业编", "在职"),
]
SENT = [
    ("姓名", "单位", "派出类别", "派往单位", "派出日期", "计划结束日期"),
    ("李帮", "青禾小学", "支教", "山口小学", "2025-09-01", "2026-08-31"),
]
BACK = [
    ("姓名", "身份证号", "单位", "派出类别", "派出日期", "实际返回日期", "返回原因"),
    ("李帮", LEE, "青禾小学", "支教", "2025-09-01", "2026-06-30", "因病"),
]


def postings(ledger: Ledger) -> Any:
    with ledger.read() as session:
        return page_facts(
            report_named("postings").build(session, ReportOptions(as_of=TODAY))
        )  # fmt: skip


def told(ledger: Ledger) -> Any:
    found = postings(ledger)
    for row in [*found["secondments"], *found["rota"]]:
        del row["sources"]
    return found


def add(ledger: Ledger, who: str = "李帮", **said: str) -> Sending:
    words = {"secondment_kind": "支教", "seconded_on": "2026-09-01", "to_unit": "山口小学"} | said
    with ledger.write() as session:
        return send(session, who, words, HAND, today=TODAY)


def end(ledger: Ledger, day: str, why: str = "", who: str = "李帮") -> Sending:
    with ledger.write() as session:
        return call_back(session, who, day, why, HAND, today=TODAY)


@pytest.fixture
def staffed(ledger: Ledger, tmp_path: Path) -> Ledger:
    bring_in(ledger, write(tmp_path / "教职工.xlsx", STAFF), as_of=on("2026-01-10"))
    return ledger


def test_whatever_comes_first_the_same_is_known(tmp_path: Path) -> None:
    files = [
        write(tmp_path / f"{name}.xlsx", rows)
        for name, rows in (("教职工", STAFF), ("派出", SENT), ("返回", BACK))
    ]
    seen = []
    for number, order in enumerate(permutations(files)):
        ledger = open_ledger(str(tmp_path / f"{number}.db"), create=True)
        for path in order:
            bring_in(ledger, path, as_of=on("2026-07-15"))
        seen.append(told(ledger))
        ledger.close()
    assert all(each == seen[0] for each in seen)
    (row,) = seen[0]["secondments"]
    assert (row["ended_on"], row["end_reason"], row["concerns"]) == (
        "2026-06-30",
        "因病",
        ["short"],
    )
    assert [(each["name"], each["times"]) for each in seen[0]["rota"]] == [("王帮", 0), ("李帮", 1)]


def test_once_more_changes_nothing_and_undone_is_as_before(staffed: Ledger, tmp_path: Path) -> None:
    before = told(staffed)
    path = write(tmp_path / "派出.xlsx", SENT)
    first = bring_in(staffed, path)
    after = told(staffed)
    assert counts(first) == (1, 0, 0, 0)
    assert counts(bring_in(staffed, write(tmp_path / "再来.xlsx", SENT))) == (0, 0, 1, 0)
    assert told(staffed) == after
    with staffed.rebuild() as session:
        undo_import(session, 3, HAND, today=TODAY)
        undo_import(session, 2, HAND, today=TODAY)
    assert told(staffed) == before


def test_overlapping_secondments_are_noticed_by_the_list_too(
    staffed: Ledger, tmp_path: Path
) -> None:
    bring_in(staffed, write(tmp_path / "派出.xlsx", SENT))
    other = [SENT[0], ("李帮", "青禾小学", "挂职", "县教育局", "2026-08-31", "2027-01-20")]
    outcome = bring_in(staffed, write(tmp_path / "挂职.xlsx", other))
    assert codes(outcome) == [(2, "secondments_overlap")]
    assert len(postings(staffed)["overlaps"]) == 1


def test_from_the_desk_somebody_is_sent_and_comes_back(staffed: Ledger) -> None:
    sent = add(staffed, due_on="2027-07-10")
    assert [row["state"] for row in postings(staffed)["secondments"]] == ["away"]
    end(staffed, "2026-11-20", "家里有事")
    (row,) = postings(staffed)["secondments"]
    assert (row["ended_on"], row["due_on"], row["end_reason"], row["served"]) == (
        "2026-11-20", "2027-07-10", "家里有事", "short",
    )  # fmt: skip
    with staffed.rebuild() as session:
        undo_import(session, sent.import_id + 1, HAND, today=TODAY)
    assert [row["state"] for row in postings(staffed)["secondments"]] == ["away"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"secondment_kind": "出差"}, "请写下派、支教、挂职或培训"),
        ({"seconded_on": "9月31日"}, "派出日期"),
        ({"due_on": "2026-08-31"}, "在派出日期 2026-09-01 之前"),
        ({"ended_on": "2026-08-31"}, "在派出日期 2026-09-01 之前"),
        ({"seconded_on": "1026-09-01"}, "派出日期"),
        ({"due_on": "2999-01-01"}, "计划结束日期"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    staffed: Ledger, said: dict[str, str], words: str
) -> None:
    with pytest.raises(JingzhunError, match=words):
        add(staffed, **said)
    assert postings(staffed)["secondments"] == []


def test_the_same_again_and_nobody_away_are_told(staffed: Ledger) -> None:
    with pytest.raises(JingzhunError, match="没有还没结束的派出"):
        end(staffed, "2026-11-20")
    with pytest.raises(JingzhunError, match="没有教职工“张三”"):
        add(staffed, "张三")
    add(staffed)
    with pytest.raises(JingzhunError, match="账里已经有了"):
        add(staffed)
    add(staffed, secondment_kind="挂职", seconded_on="2026-10-01")
    with pytest.raises(JingzhunError, match="支教 2026-09-01 起；挂职 2026-10-01 起"):
        end(staffed, "2026-11-20")
