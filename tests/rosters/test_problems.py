"""Every problem code is provoked by a small sheet, and refuses its row or does not."""

from typing import Any

import pytest

from jingzhun.errors import Severity
from jingzhun.rosters.problems import PROBLEMS
from tests.rosters.sheets import ADULT, CHILD, MEMBER, OTHER, STUDENT, codes, read

#: Codes that only the ledger can find; tests/services provokes them.
OF_THE_LEDGER = {
    "meal_school_unknown",
    "person_created",
    "records_apart",
    "records_joined",
    "conflict",
    "still_listed_after_leaving",
    "hidden_sheet",
    "household_created",
    "household_vague",
    "account_shared",
    "secondments_overlap",
    "household_unknown",
    "closed_by_full_list",
    "sheet_unrecognised",
    "sheet_without_rows",
    "strange_account",
    "strange_births",
    "strange_boarders",
    "strange_class",
    "strange_ids",
    "strange_rows",
}
#: Faults of bank returns; tests/services/test_bank_returns.py provokes them.
OF_RETURNS = {code for code in PROBLEMS if code.startswith("return_")}


def changed(number: str, at: int, to: str) -> str:
    """Give a number with one character changed."""
    return number[:at] + to + number[at + 1 :]


def student(**what: Any) -> list[list[Any]]:
    row = dict(
        zip(STUDENT, ["云岭镇中心小学", "张小禾", CHILD, "三年级", "1班", "走读"], strict=True)
    )
    row.update(what)
    return [list(row), list(row.values())]


def member(**what: Any) -> list[list[Any]]:
    row = dict(zip(MEMBER, ["6201000001", "张大山", ADULT, "户主", "脱贫户"], strict=True))
    row.update(what)
    return [list(row), list(row.values())]


def poor_student(**what: Any) -> list[list[Any]]:
    return student(**{"户编号": "6201000001", "户主姓名": "张大山", "学段": "小学", **what})


def sent(**what: Any) -> list[list[Any]]:
    row = {"姓名": "李帮", "派出单位": "青禾小学", "派出类别": "支教", "派往单位": "山口小学",
           "派出日期": "2025-09-01", "计划结束日期": "2026-08-31"} | what  # fmt: skip
    return [list(row), list(row.values())]


def reached(**what: Any) -> list[list[Any]]:
    row = {"帮扶园": "县第一幼儿园", "被帮扶园": "云岭镇幼儿园", "学期": "2026秋",
           "参评节数": 10.0, "优课数": 3.0, "合格数": 10.0} | what  # fmt: skip
    return [list(row), list(row.values())]


def hardship(**what: Any) -> list[list[Any]]:
    return student(**{"认定等级": "困难", **what})


def change(**what: Any) -> list[list[Any]]:
    row = {"姓名": "张小禾", "身份证号": CHILD, "异动类型": "转出", "异动时间": "2026-10-15"}
    row.update(what)
    return [list(row), list(row.values())]


def pair(**what: Any) -> list[list[Any]]:
    row = {"户编号": "6201000001", "户主姓名": "张大山", "帮扶责任人": "李帮扶", "单位": "青禾学院"}
    row.update(what)
    return [list(row), list(row.values())]


def labourer(**what: Any) -> list[list[Any]]:
    row = {"姓名": "张大山", "身份证号": ADULT, "是否就业": "是", "具体工种": "电焊"}
    row.update(what)
    return [list(row), list(row.values())]


def staff(**what: Any) -> list[list[Any]]:
    row = {"姓名": "李老师", "身份证号": ADULT, "职务": "教师", "编制类型": "事业编"}
    row.update(what)
    return [list(row), list(row.values())]


def paid(**what: Any) -> list[list[Any]]:
    row = {"姓名": "张小禾", "身份证号": CHILD, "资助项目": "助学金", "学期": "2026秋",
           "补助标准(元/天)": 4, "天数": 20, "金额(元)": 80,
           "银行卡号": "6217000000000000001"}  # fmt: skip
    row.update(what)
    return [list(row), list(row.values())]


def meals(**what: Any) -> list[list[Any]]:
    return [["青禾小学2026年9月营养餐花名册"], *student(**{"就餐天数": "20", **what})]


def leave(**what: Any) -> list[list[Any]]:
    row = {"姓名": "张小禾", "身份证号": CHILD, "请假开始日期": "2026-09-03",
           "请假结束日期": "2026-09-04", "请假类型": "病假"}  # fmt: skip
    row.update(what)
    return [list(row), list(row.values())]


def ledger(**what: Any) -> list[list[Any]]:
    row = {"姓名": "张小禾", "身份证号": CHILD, "失学时间": "2026-09-15", "目前状态": "劝返中",
           "劝返时间": "2026-09-20", "劝返人员": "李老师"}  # fmt: skip
    row.update(what)
    return [list(row), list(row.values())]


def visit(**what: Any) -> list[list[Any]]:
    row = {"姓名": "张小禾", "身份证号": CHILD, "家访时间": "2026-09-20", "家访教师": "李老师"}
    row.update(what)
    return [list(row), list(row.values())]


def given(**what: Any) -> list[list[Any]]:
    row = {"户编号": "6299990001", "投入日期": "2026-03-05", "帮扶方式": "资金", "投入金额": 500.0,
           "帮扶内容": "慰问"}  # fmt: skip
    row.update(what)
    return [list(row), list(row.values())]


def planned(**what: Any) -> list[list[Any]]:
    row = {"户编号": "6299990001", "帮扶方式": "项目", "帮扶目标": "增收", "落实情况": "已落实"}
    row.update(what)
    return [list(row), list(row.values())]


def checked(**what: Any) -> list[list[Any]]:
    row = {"户编号": "6299990001", "核查日期": "2026-04-01", "不愁吃": "√", "住房安全": "√"}
    row.update(what)
    return [list(row), list(row.values())]


def heads(day: int, figure: Any, total: Any = "") -> list[list[Any]]:
    days = [figure if day == each else "" for each in range(1, 32)]
    title = ["云岭镇中心小学2026年9月就餐人数登记表"]
    return [title, ["班级", *map(str, range(1, 32)), "合计"], ["三年级1班", *days, total]]


def gift(**what: Any) -> list[list[Any]]:
    row = {
        "捐赠日期": "2026-09-01",
        "捐赠人": "李大河",
        "物资名称": "书包",
        "数量": 20,
        "用途": "助学",
    }
    row.update(what)
    return [list(row), list(row.values())]


def works(**what: Any) -> list[list[Any]]:
    row = {"项目名称": "课桌凳", "数量": 200, "单价": 180, "资金来源": "县级"}
    row.update(what)
    return [list(row), list(row.values())]


def special(title: str, **what: Any) -> list[list[Any]]:
    row = {"姓名": "张大山", "身份证号": ADULT, "行政村": "东山村"} | what
    return [[title, *[""] * (len(row) - 1)], list(row), list(row.values())]


REFUSED = {
    "secondment_kind_unknown": sent(派出类别="出差"),
    "span_impossible": sent(计划结束日期="2025-08-31"),
    "part_above_whole": reached(优课数=12.0),
    "month_twice": paid(**{"金额(元)": "", "9月金额": 72.0, "9月发放金额": 80.0}),
    "group_missing": special("云岭镇低保、特困人员名单"),
    "group_unknown": special("云岭镇特殊群体名单", 类别="甲类人员"),
    "month_missing": [["姓名", "身份证件号", "就餐天数"], ["张小禾", CHILD, "20"]],
    "meal_days_missing": meals(就餐天数=""),
    "meal_days_unreadable": meals(就餐天数="全勤"),
    "meal_days_above_calendar": meals(就餐天数="25"),
    "mark_unknown": meals(**{str(day): "?" for day in range(1, 8)}),
    "day_not_in_month": heads(31, "40"),
    "days_unreadable": leave(请假开始日期="9月31日"),
    "absence_undated": leave(请假开始日期="", 请假结束日期=""),
    "absence_reversed": leave(请假开始日期="2026-09-07"),
    "absence_impossible": leave(请假开始日期="2062-09-03", 请假结束日期=""),
    "absence_not_taught": leave(请假开始日期="2026-09-05", 请假结束日期="2026-09-06"),
    "head_day_missing": [
        ["云岭镇中心小学2026年9月就餐人数登记表"],
        ["日期", "三年级1班", "三年级2班"],
        ["", "40", "38"],
    ],
    "visitor_unclear": [["姓名", "户主姓名", "入户日期"], ["李帮", "张大山", "2026-09-20"]],
    "visit_undated": visit(家访时间=""),
    "visit_impossible": visit(家访时间="2026-12-20"),
    "visit_days_impossible": visit(走访天数=40),
    "help_way_unknown": given(帮扶方式="精神鼓励"),
    "help_way_missing": planned(帮扶方式=""),
    "contribution_empty": given(投入金额=0, 帮扶内容=""),
    "checklist_empty": checked(不愁吃="", 住房安全=""),
    "duty_date_impossible": given(投入日期="2026-12-20"),
    "headcount_unreadable": heads(1, "约40"),
    "name_missing": student(姓名=""),
    "name_invalid": student(姓名="张3"),
    "id_missing": student(身份证件号=""),
    "id_lost_digits": student(身份证件号=6.299992014050601e17),
    "id_scientific": student(身份证件号="6.29999E+17"),
    "id_lookalike": student(身份证件号=changed(CHILD, 8, "O")),
    "id_length": student(身份证件号=CHILD[:17]),
    "id_characters": student(身份证件号=changed(CHILD, 3, "甲")),
    "id_birth": student(身份证件号="629999201313451234"),
    "id_checksum": student(身份证件号=changed(CHILD, 17, "0" if CHILD[17] != "0" else "1")),
    "duplicate_person": [*student(), student()[1]],
    "duplicate_row": [*change(), change()[1]],
    "school_missing": [STUDENT[1:], student()[1][1:]],
    "grade_missing": student(年级="", 班级="", 学校名称="青禾学校"),
    "grade_unreadable": student(年级="十三年级"),
    "stage_conflict": student(学段="小学", 年级="八年级"),
    "stage_unknown": student(学段="中等"),
    "boarding_unknown": student(就读方式="2"),
    "status_unknown": student(学生状态="待定中"),
    "category_unknown": member(户类型="甲类户"),
    "risk_unknown": member(风险是否消除="正在看"),
    "allowance_unknown": member(是否享受低保="几档"),
    "destitute_unknown": member(特困="几档"),
    "helper_missing": pair(帮扶责任人=""),
    "household_missing": pair(户编号="", 户主姓名=""),
    "change_missing": change(异动类型=""),
    "change_unknown": change(异动类型="换班"),
    "event_date_missing": change(异动时间=""),
    "amount_missing": paid(**{"金额(元)": "", "天数": ""}),
    "amount_unreadable": paid(**{"金额(元)": "若干"}),
    "amount_negative": paid(**{"金额(元)": -80.0}),
    "quantity_unreadable": works(数量="一批"),
    "entry_incomplete": works(项目名称=""),
    "month_unreadable": paid(月份="13月"),
    "date_year_only": change(异动时间="2026"),
    "event_date_impossible": change(异动时间="2062-10-15"),
}

NOTICED = {
    "column_unknown": student(校服尺码="L"),
    "column_twice": student(证件号码=OTHER),
    "dropout_undated": ledger(失学时间=""),
    "return_undated": ledger(目前状态="已返校"),
    "absence_kind_unknown": leave(请假类型="其它情况"),
    "day_not_taught": heads(5, "40"),
    "name_remark": student(姓名="张小禾(转入)"),
    "id_upgraded": member(证件号码="629999800101001"),
    "id_from_certificate": member(证件号码=f"{ADULT}44"),
    "secondary_id_invalid": pair(户主证件号码=ADULT[:17]),
    "student_no_unusual": student(学籍号=CHILD),
    "student_no_mismatch": student(学籍号=f"G{OTHER}"),
    "sex_mismatch": student(性别="女" if int(CHILD[16]) % 2 else "男"),
    "birth_mismatch": student(出生日期="2014-05-07"),
    "sex_unknown": student(性别="不男"),
    "date_invalid": student(出生日期="2013-02-30"),
    "date_month_only": student(
        身份证件号="", 学籍号=f"L{CHILD}", 出生日期="2014年5月", 证件类型="其他"
    ),
    "date_ambiguous": staff(参加工作时间=1998.1),
    "phone_invalid": student(联系电话="1391234567"),
    "number_lost_digits": student(残疾证号=6.2999920140506e19),
    "number_unreadable": member(务工时间="很久"),
    "flag_unreadable": student(是否孤儿="可能"),
    "distance_unreadable": student(上下学距离="很远"),
    "disability_no_unusual": student(残疾证号="6299992014"),
    "relation_unknown": member(与户主关系="邻居"),
    "labour_unknown": member(劳动技能="很强"),
    "work_region_unknown": member(务工区域="很远"),
    "employment_unknown": member(是否就业="再说"),
    "date_to_come": labourer(返乡日期="2027年3月"),
    "certificate_mismatch": student(残疾证号=f"{OTHER}43"),
    "disability_kind_unknown": student(残疾类型="4"),
    "group_not_taken": special("云岭镇特殊群体名单", 类别="建档立卡户"),
    "disability_degree_unknown": special("云岭镇残疾人名单", 残疾等级="较重"),
    "hukou_unknown": student(户口性质="其他户"),
    "id_other_document": student(身份证件号="E12345678", 证件类型="护照"),
    "ethnicity_unknown": student(民族="01"),
    "school_stage_mismatch": student(年级="八年级"),
    "class_grade_mismatch": student(班级="四(2)班"),
    "stage_beyond": poor_student(学段="研究生", 年级="研一"),
    "grade_unknown": student(年级="", 班级="1班"),
    "class_unreadable": student(班级="阳光班"),
    "household_no_head": member(与户主关系="之子"),
    "household_many_heads": [*member(), member(姓名="张二山", 证件号码=OTHER)[1]],
    "tier_unknown": hardship(认定等级="一档"),
    "term_unreadable": hardship(学期="上个学期"),
    "establishment_unknown": staff(编制类型="待查"),
    "service_unknown": staff(在职状态="待查"),
    "product_computed": paid(**{"金额(元)": ""}),
    "product_mismatch": paid(**{"金额(元)": 100.0}),
    "sum_mismatch": [*paid(), ["合计", "", "", "", "", "", 90.0]],
    "visit_days_mismatch": visit(家访时间="2026.9.5、9.12", 走访天数=5),
    "help_way_several": given(帮扶方式="资金、物资"),
    "plan_state_unknown": planned(落实情况="再看"),
    "fulfilment_unknown": checked(住房安全="再看"),
    "duty_undated": given(投入日期=""),
    "donor_unnamed": gift(捐赠人=""),
    "date_missing": gift(捐赠日期=""),
    "account_unusual": paid(银行卡号="12345"),
    "account_lost_digits": paid(银行卡号=6.217e18),
    "period_assumed": paid(学期=""),
    "project_assumed": paid(资助项目=""),
}


@pytest.mark.parametrize("code", sorted(REFUSED))
def test_a_fault_of_identity_or_money_refuses_its_row(code):
    reading = read(*REFUSED[code])
    found = [problem for problem in reading.problems if problem.code == code]
    assert found, codes(reading)
    assert found[0].severity is Severity.ERROR
    assert reading.refused_rows == [found[0].row_number]
    assert reading.row_count == len(reading.batch) + 1


@pytest.mark.parametrize("code", sorted(NOTICED))
def test_any_other_fault_is_a_notice_and_the_row_goes_in(code):
    reading = read(*NOTICED[code])
    found = [problem for problem in reading.problems if problem.code == code]
    assert found, codes(reading)
    assert all(problem.severity is Severity.NOTICE for problem in found)
    assert reading.refused_rows == []


def test_a_hidden_row_is_data_and_is_said_so():
    reading = read(*student(), hidden_rows=frozenset({2}))
    assert codes(reading) == [(2, "", "hidden_row")]
    assert len(reading.batch) == 1


def test_no_code_is_without_its_provocation():
    provoked = set(REFUSED) | set(NOTICED) | OF_THE_LEDGER | OF_RETURNS | {"hidden_row"}
    assert provoked == set(PROBLEMS)


def test_a_row_tells_all_its_faults_at_once():
    reading = read(*student(姓名="", 身份证件号=CHILD[:17], 年级="十三年级", 就读方式="2"))
    assert codes(reading) == [
        (2, "B", "name_missing"),
        (2, "C", "id_length"),
        (2, "D", "grade_unreadable"),
        (2, "F", "boarding_unknown"),
    ]


@pytest.mark.parametrize("rows", [*REFUSED.values(), *NOTICED.values()])
def test_no_message_holds_a_whole_id_number(rows):
    reading = read(*rows)
    texts = [p.message + p.value for p in reading.problems] + list(reading.advice.values())
    for number in (CHILD, OTHER, ADULT, CHILD[:17]):
        assert not any(number in text for text in texts)


def test_a_student_number_of_another_id_leaves_the_field_empty():
    reading = read(*student(学籍号=f"G{OTHER}"))
    assert reading.batch.columns["student_no"] == [None]
