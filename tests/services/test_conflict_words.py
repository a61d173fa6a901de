"""Where two lists contradict each other, the notice gives both words and the other list's place."""

from pathlib import Path

from jingzhun.store.engine import Ledger
from tests.services.workbooks import KID, ROSTER, bring_in, on, pupil, write

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
