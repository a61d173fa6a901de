"""Headers of columns: spellings of the reference, by hand, beside those of the kinds' own files."""

from random import Random

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import kinds

#: From the reference's section 2 and its header sets; not from our own files.
SEEN: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "学生姓名", "姓名(*)", "姓名（*）", "姓名 *", "姓 名", "★姓名", "A70 姓名"),
    "id_number": (
        "身份证件号", "证件号码", "身份证号", "身份证号码", "身份证", "证件号", "身份证号(*)",
        "身份证号\n（18位）", "*身份证件号", "身份证明号码",
    ),
    "student_no": ("学籍号", "全国学籍号"),
    "sex": ("性别", "性 别", "性\n别"),
    "born_on": ("出生日期", "出生年月", "生日", "出生时间", "出生"),
    "ethnicity": ("民族", "民 族"),
    "grade": ("年级", "年级名称", "年纪", "年 级"),
    "class_no": ("班级", "班号", "班别", "所属班级", "行政班", "班级名称", "班 级"),
    "grade_class": ("年级班级", "A72年级班级"),
    "school": ("学校全称", "学校名称", "就读学校", "A71就读学校", "学校"),
    "school_code": ("学校标识码",),
    "stage": ("学段",),
    "boarding": ("就读方式", "走读/住校"),
    "is_boarder": ("是否寄宿", "是否寄宿生"),
    "phone": ("联系电话", "电话", "手机号", "联系手机", "联系方式", "手机"),
    "guardian_name": ("监护人姓名", "成员1姓名", "家长（或监护人）姓名", "监护人1姓名"),
    "guardian_phone": ("成员1联系电话", "监护人联系电话"),
    "address": ("现住址", "家庭地址", "家庭住址"),
    "entered_on": ("入学年月", "入学日期"),
    "status": ("学生状态", "学籍状态"),
    "is_orphan": ("是否孤儿",),
    "is_left_behind": ("是否留守儿童",),
    "disability_kind": ("残疾类型", "残疾类别"),
    "health": ("健康状况", "健康情况"),
    "household_no": ("户编号", "户号", "家庭编号"),
    "person_no": ("人编号", "人口编号"),
    "head_name": ("户主姓名",),
    "head_id": ("户主证件号码", "户主身份证号"),
    "relation": ("与户主关系", "与户主\n关系"),
    "village": ("行政村", "村", "所在村", "村（社区）"),
    "township": ("乡(镇)", "乡镇", "镇", "乡"),
    "county": ("县(市、区、旗)", "县", "区县"),
    "household_type": ("户类型",),
    "lifted_state": ("脱贫属性",),
    "monitored_kind": ("监测对象类别", "易返贫致贫户(监测对象)类型"),
    "risk_removed": ("风险是否消除", "风险是否已消除"),
    "risk_found_on": ("风险识别时间", "识别监测时间"),
    "risk_removed_on": ("风险消除时间", "消除监测时间"),
    "allowance": ("是否享受低保", "享受低保政策情况"),
    "destitute": ("是否特困供养人员", "享受特困供养政策情况"),
    "labour_skill": ("劳动技能", "劳动能力", "劳动技能(劳动能力)"),
    "poverty_cause": ("致贫原因", "主要致贫原因", "致贫原因1"),
    "household_phone": ("户联系电话",),
    "tier": ("认定等级", "推荐档次(*)"),
    "reasons": ("困难类型", "特殊困难类型(*)"),
    "recognised_on": ("认定时间(*)", "认定时间"),
    "staff_no": ("工号", "职工号"),
    "unit": ("单位", "工作单位"),
    "department": ("部门",),
    "post": ("职务",),
    "rank_title": ("职称",),
    "establishment": ("编制类型",),
    "in_service": ("在职状态",),
    "worked_since": ("参加工作时间",),
    "helper": ("帮扶责任人", "帮扶干部", "帮扶人", "A73帮扶干部姓名", "帮扶教师", "包保责任人"),
    "helper_id": ("帮扶人身份证号",),
    "helper_unit": ("帮扶干部单位", "A74帮扶干部单位", "帮扶单位"),
    "helper_staff_no": ("帮扶人工号",),
    "helper_post": ("帮扶人职务",),
    "helper_phone": ("帮扶人手机号", "帮扶干部联系电话", "A75帮扶干部联系电话"),
    "paired_on": ("结对日期", "结对时间"),
    "change": ("异动类型", "异动类别"),
    "happened_on": ("时间", "异动时间", "办理日期", "异动日期"),
    "ends_on": ("休学结束日期",),
    "from_school": ("转出学校", "原学校"),
    "to_school": ("转入学校", "接收学校"),
    "reason": ("异动原因", "休学原因"),
}  # fmt: skip
#: Our own files' spellings that mean something else in the lists drawn here.
UNFIT: dict[str, frozenset[str]] = {
    "grade": frozenset({"休学年级"}),
    "class_no": frozenset({"休学班级", "班"}),
    "school": frozenset({"幼儿园", "幼儿园名称", "所在幼儿园", "就读幼儿园"}),
}
#: Columns that mean nothing to us, with what stands in them.
FOREIGN = {
    "鞋码": "35", "宿舍号": "3号楼204", "身高（cm）": "132.5", "QQ号": "10086", "校服型号": "140",
    "特长": "画画", "是否团员": "否", "视力（左）": "4.8", "班主任": "李老师", "信仰": "无",
    "邮政编码": "731200", "籍贯": "青禾县", "血型": "O",
}  # fmt: skip


def header_for(dice: Random, kind: Kind, field: str) -> str:
    """Give a spelling of a field's header, now and then one that only our own files know."""
    name = {"reason": "change_reason"}.get(field, field)
    own = [
        spelling
        for spelling, meant in kinds()[kind].headers.items()
        if meant == name and spelling not in UNFIT.get(name, ())
    ]
    seen = list(SEEN.get(field, ()))
    if own and (not seen or dice.random() < 0.3):
        return dice.choice(own)
    return _dirtied(dice, dice.choice(seen))


def _dirtied(dice: Random, header: str) -> str:
    if dice.random() < 0.8:
        return header
    return dice.choice(
        [
            f"{header}*", f"{header}（必填）", f" {header} ", f"{header[0]}\u200b{header[1:]}",
            f"{header}\n", f"＊{header}", f"{header}：", f"\u00a0{header}",
        ]
    )  # fmt: skip
