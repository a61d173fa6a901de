"""The rules at the desk: listed, shown, taken as a file, changed, checked."""

import sqlite3
from pathlib import Path

import pytest

from tests.builders import id_number
from tests.cli.terminal import Said, assert_one_message, jingzhun
from tests.services.test_policies import LUNCH
from tests.services.workbooks import BORN, ROSTER, pupil, write

BROKEN = LUNCH.replace("title =", "titel =").replace('"confirmed"', '"sure"').replace('"3.00"', "3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good file, a broken one, and a ledger that has no pupils."""
    (tmp_path / "love_lunch.toml").write_text(LUNCH, encoding="utf-8")
    (tmp_path / "broken.toml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "gift.toml").write_text(LUNCH, encoding="utf-8")
    (tmp_path / "爱心.toml").write_text(LUNCH, encoding="utf-8")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xfe\xfa\xff" * 9)
    return tmp_path


def policy(folder: Path, *words: object) -> Said:
    return jingzhun("policy", words[0], "--on", "2026-11-24", *words[1:], folder=folder)


def test_use_makes_the_ledger_and_the_file_is_no_longer_needed(folder: Path) -> None:
    said = policy(folder, "use", "love_lunch.toml", "--by", "王会计")
    assert said.status == 0
    assert "已建立账本" in said.err
    assert "自2026年9月起采用 love_lunch.toml" in said.out
    (folder / "love_lunch.toml").unlink()
    listed = policy(folder, "list", "--format", "json").json
    assert listed["files"] == [{"key": "love_lunch", "file": "love_lunch.toml"}]
    [mine] = [each for each in listed["schemes"] if each["scheme"] == "love_lunch"]
    assert (mine["standard"], mine["unit"], mine["file"]) == ("3.00元", "day", "love_lunch.toml")
    assert policy(folder, "show", "love_lunch", "--toml").out == LUNCH
    ledger = sqlite3.connect(folder / "jingzhun.db")
    assert ledger.execute("SELECT key, from_month, actor FROM policy_file").fetchall() == [
        ("love_lunch", 202609, "王会计")
    ]
    assert ledger.execute("SELECT actor, detail FROM trail").fetchall() == [
        ("王会计", '{"policy": "love_lunch.toml"}')
    ]


def test_every_scheme_is_listed_with_what_holds(folder: Path) -> None:
    policy(folder, "use", "love_lunch.toml")
    said = policy(folder, "list")
    for words in ("nutrition", "营养改善计划膳食补助", "实物供应", "已核实", "love_lunch.toml"):
        assert words in said.out
    told = policy(folder, "list", "--format", "json").json
    assert (told["on"], told["pack"]) == ("2026-11-24", "plan")
    [meal] = [each for each in told["schemes"] if each["scheme"] == "nutrition"]
    assert (meal["from"], meal["confidence"]) == ("2014-11-01", "confirmed")
    assert (meal["pack"], meal["file"]) == ("plan", None)


def test_the_list_tells_every_change_that_was_made(folder: Path) -> None:
    policy(folder, "use", "love_lunch.toml", "--by", "王会计")
    policy(folder, "use", "love_lunch", "--stop", "--from", "2027-03", "--by", "李主任")
    told = policy(folder, "list", "--format", "json").json
    assert [
        (each["from"], each["pack"], each["key"], each["ended"], each["actor"])
        for each in told["adopted"]
    ] == [
        ("2026-09", None, "love_lunch", False, "王会计"),
        ("2027-03", None, "love_lunch", True, "李主任"),
    ]


def test_a_scheme_is_shown_with_every_version_and_what_its_words_mean(folder: Path) -> None:
    policy(folder, "use", "love_lunch.toml")
    said = policy(folder, "show", "nutrition")
    for words in ("2014-11-01 起　现行", "2011-09-01 至 2014-10-31", "财教〔2021〕174号", "低保"):
        assert words in said.out
    told = policy(folder, "show", "营养改善计划膳食补助", "--format", "json").json
    assert [(each["from"], each["through"], each["in_force"]) for each in told["versions"]] == [
        ("2011-09-01", "2014-10-31", False),
        ("2014-11-01", None, True),
    ]
    assert told["national"][-1]["amount_fen"] == 500
    assert {each["fact"] for each in told["definitions"]} >= {"poor", "registered"}
    assert "四类学生" in policy(folder, "show", "facts").out


def test_a_shipped_file_is_a_start_for_ones_own(folder: Path) -> None:
    policy(folder, "use", "love_lunch.toml")
    said = policy(folder, "show", "nutrition", "--toml", "--out", "nutrition.toml")
    assert said.status == 0
    mine = folder / "nutrition.toml"
    mine.write_text(mine.read_text("utf-8").replace('"4.00"', '"4.50"'), encoding="gb18030")
    assert policy(folder, "check", "nutrition.toml").status == 0
    used = policy(folder, "use", "nutrition.toml", "--from", "2026-12")
    assert "每生每天 4.50元" in used.out
    assert "4.50" in policy(folder, "list", "--format", "json", "--on", "2026-12-01").out


def test_a_preview_leaves_the_file_as_it_was_byte_for_byte(folder: Path) -> None:
    write(folder / "学籍.xlsx", [ROSTER, pupil("赵一", id_number(BORN, 12))])
    jingzhun("import", "学籍.xlsx", "--on", "2026-11-24", folder=folder)
    rule = LUNCH.replace('{ fact = "poor" }', '{ fact = "stage", is = "primary" }')
    rule = rule.replace('{ fact = "boarding", is = "day" }, ', "")
    (folder / "love_lunch.toml").write_text(rule, encoding="utf-8")
    before = (folder / "jingzhun.db").read_bytes()
    said = policy(folder, "preview", "love_lunch.toml", "--to", "2026-11", "--format", "json")
    assert said.status == 0
    assert [each["name"] for each in said.json["changes"]] == ["赵一"]
    assert said.json["difference_fen"] == 21 * 300
    assert (folder / "jingzhun.db").read_bytes() == before
    shown = policy(folder, "preview", "love_lunch.toml", "--to", "2026-11", "--out", "变动.csv")
    assert (shown.status, shown.out) == (0, "")
    assert "赵一" in (folder / "变动.csv").read_text("utf-8-sig")
    with_ids = policy(folder, "preview", "love_lunch.toml", "--to", "2026-11", "--show-ids")
    assert with_ids.status == 0
    trail = sqlite3.connect(folder / "jingzhun.db").execute("SELECT detail FROM trail").fetchall()
    assert trail[-1] == ('{"show_ids": true}',)


def test_check_tells_every_fault_of_every_file_at_once(folder: Path) -> None:
    policy(folder, "use", "love_lunch.toml")
    assert policy(folder, "check").status == 0
    said = policy(folder, "check", "broken.toml", "love_lunch.toml", "爱心.toml", "picture.toml",
                  "nowhere.toml", "--format", "json")  # fmt: skip
    assert said.status == 1
    assert said.json["sound"] is False
    assert {(each["file"], each["key"], each["code"]) for each in said.json["faults"]} == {
        ("broken.toml", "title", "policy_missing_key"),
        ("broken.toml", "titel", "policy_unknown_key"),
        ("broken.toml", "version[1].confidence", "policy_unknown_word"),
        ("broken.toml", "version[1].rates[1].amount", "policy_bad_amount"),
        ("爱心.toml", None, "policy_bad_key"),
        ("picture.toml", None, "policy_unreadable"),
        ("nowhere.toml", None, "policy_file_missing"),
    }
    own = [each for each in said.json["files"] if each["file"] == "love_lunch.toml"]
    assert {(each["origin"], each["faults"]) for each in own} == {("ledger", 0), ("given", 0)}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("use", "broken.toml"), "4 处毛病"),
        (("use", "爱心.toml"), "文件名就是方案的键"),
        (("use", "nowhere.toml"), "没有这个文件"),
        (("use", "plans"), "没有名为“plans”的政策包"),
        (("use", "plan"), "本来就是"),
        (("use", "love", "--stop"), "自有政策文件"),
        (("use", "gift.toml"), "文件名就是方案的键"),
        (("preview", "love_lunch.toml"), "都还没有测算过"),
        (("preview", "broken.toml"), "4 处毛病"),
        (("preview", "plans"), "没有名为“plans”的政策包"),
        (("show", "nutritoin"), "是不是：nutrition"),
        (("list", "--pack", "plans"), "没有名为“plans”的政策包"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_said_once_and_changes_nothing(
    folder: Path, words: tuple[str, ...], code: str
) -> None:
    policy(folder, "use", "love_lunch.toml")
    before = (folder / "jingzhun.db").read_bytes()
    said = policy(folder, *words)
    assert_one_message(said)
    assert code in said.err
    assert (folder / "jingzhun.db").read_bytes() == before


COUNTY = """
[[school_age]]
from = 2026-09-01
value = { starts = 7, years = 9 }
document = "县教发〔2026〕8号"
confidence = "confirmed"
"""


def test_a_county_where_children_begin_at_seven_says_so_in_a_file_of_its_own(folder: Path) -> None:
    (folder / "dropout.toml").write_text(COUNTY, encoding="utf-8")
    said = policy(folder, "use", "dropout.toml")
    assert said.status == 0
    assert "自2026年9月起采用 dropout.toml" in said.out
    assert "starts = 6，years = 9" in said.out
    assert "starts = 7，years = 9" in said.out
    told = policy(folder, "show", "dropout", "--format", "json").json
    ages = [each for each in told["norms"] if each["norm"] == "school_age"]
    assert [(each["value"]["starts"], each["in_force"]) for each in ages] == [(6, False), (7, True)]
    assert told["file"] == "dropout.toml"
    assert policy(folder, "check").status == 0
    assert policy(folder, "use", "nutrition.toml").status == 1
    stopped = policy(folder, "use", "dropout", "--stop", "--from", "2027-09")
    assert stopped.status == 0


def test_a_broken_file_of_figures_is_refused(folder: Path) -> None:
    (folder / "dropout.toml").write_text(COUNTY.replace("starts", "start"), encoding="utf-8")
    said = policy(folder, "use", "dropout.toml")
    assert_one_message(said)
    assert "school_age[1].value" in said.err
    (folder / "dropout.toml").write_text(COUNTY, encoding="utf-8")
    assert policy(folder, "use", "dropout.toml", "--from", "2026-10").status == 0
    assert_one_message(policy(folder, "use", "dropout.toml", "--from", "2026-10"))
