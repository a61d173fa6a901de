"""Where two lists contradict each other, the notice gives both words and the other list's place."""

from datetime import date
from pathlib import Path

from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Person, Village
from tests.builders import id_number
from tests.services.workbooks import KID, ROSTER, bring_in, on, pupil, records, write

ADULT = id_number(date(1980, 1, 2), 33)

POOR = (
    "姓名",
    "身份证号码",
    "户编号",
    "户主姓名",
    "户类型",
    "学校全称",
    "年级",
    "班级",
    "就读方式",
)


def test_a_conflict_names_both_values_and_where_the_other_one_stands(
    ledger: Ledger, tmp_path: Path
) -> None:
    roster = write(tmp_path / "名册.xlsx", [ROSTER, pupil(boarding="住校")])
    bring_in(ledger, roster, as_of=on("2026-10-08"))
    row = ("赵一", KID, "6200000001", "赵大", "脱贫户", "青禾小学", "四年级", "2班", "走读")
    poor = write(tmp_path / "贫困生.xlsx", [POOR, row])
    outcome = bring_in(ledger, poor, as_of=on("2026-10-09"))
    said = {p.field: p.message for p in outcome.problems if p.code == "conflict"}
    place = "名册.xlsx Sheet1!第2行"
    assert said == {
        "grade": f"年级这里写“四年级”，{place}为“三年级”，以那一份为准。",
        "class_no": f"班级这里写“2班”，{place}为“1班”，以那一份为准。",
        "boarding": f"就读方式这里写“走读”，{place}为“住校”，以那一份为准。",
    }


def test_a_place_in_one_cell_or_in_three_is_no_contradiction(
    ledger: Ledger, tmp_path: Path
) -> None:
    family = (
        "6200000001",
        "赵大",
        ADULT,
        "户主",
        "脱贫户",
        "云岭镇",
        "柳河村",
        "六组",
        "县外省内务工",
    )
    homes = write(tmp_path / "户.xlsx", [
        ("户编号", "姓名", "身份证号", "与户主关系", "户类型", "乡镇", "行政村", "自然村",
         "务工所在地"),
        family,
    ])  # fmt: skip
    bring_in(ledger, homes, as_of=on("2026-11-09"))
    hands = write(tmp_path / "劳动力.xlsx", [
        ("户编号", "姓名", "身份证号", "村组", "是否就业", "工种", "务工区域", "就业地"),
        ("6200000001", "赵大", ADULT, "柳河村六组", "是", "电焊工", "县外省内", "某电子厂"),
    ])  # fmt: skip
    for day in ("2026-11-08", "2026-11-10"):
        outcome = bring_in(ledger, hands, as_of=on(day))
        assert [(p.field, p.message) for p in outcome.problems] == []
    (person,) = records(ledger, Person)
    assert (person.work_place, person.work_region) == ("某电子厂", "province")
    assert [village.name for village in records(ledger, Village)] == ["柳河村"]


def test_a_grade_is_no_school_though_a_school_has_its_number(
    ledger: Ledger, tmp_path: Path
) -> None:
    others = [
        pupil("钱二", id_number(date(2015, 3, 4), 50 + at), school=f"{name}小学")
        for at, name in enumerate(("云岭", "柳河", "东山", "石桥"))
    ]
    bring_in(ledger, write(tmp_path / "名册.xlsx", [ROSTER, *others, pupil()]))
    row = ("赵一", KID, "6200000001", "赵大", "脱贫户", "云岭小学", "四年级", "1班", "住校")
    outcome = bring_in(ledger, write(tmp_path / "贫困生.xlsx", [POOR, row]))
    said = {p.field: p.message for p in outcome.problems if p.code == "conflict"}
    assert "“云岭小学”" in said["school"]
    assert "“四年级”" in said["grade"]
