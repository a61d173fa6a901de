"""Every fault and notice that an import can give: its stable code, its Chinese title, an example.

``docs/problems.md`` is generated from this registry, and a test provokes each code by its example.
Whether a code refuses its row is decided where it arises: a fault of identity, or of a field that
decides money or status, refuses; everything else is a notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A code's Chinese title, and what provokes it."""

    title: str
    example: str


PROBLEMS: Mapping[str, ProblemCode] = MappingProxyType(
    {
        # identity
        "name_missing": ProblemCode("缺姓名", "姓名一格为空"),
        "name_invalid": ProblemCode("姓名不像人名", "姓名写成“张3”"),
        "name_remark": ProblemCode("姓名后带说明", "姓名写成“王五（转入）”"),
        "id_missing": ProblemCode("缺身份证号", "身份证号为空，证件类型不是“其他”"),
        "id_lost_digits": ProblemCode("身份证号末几位丢失", "身份证号存成数字 6.22726E+17"),
        "id_scientific": ProblemCode("身份证号成了科学计数法", "身份证号是文字“6.22921E+17”"),
        "id_lookalike": ProblemCode("身份证号混有字母", "身份证号里把 0 写成字母 O"),
        "id_length": ProblemCode("身份证号位数不对", "身份证号只有 17 位"),
        "id_characters": ProblemCode("身份证号有多余字符", "身份证号写成“6208甲…”"),
        "id_birth": ProblemCode("身份证号里的出生日期不存在", "出生日期一段是 20131345"),
        "id_checksum": ProblemCode("身份证号校验不符", "最后一位写错"),
        "id_upgraded": ProblemCode("15 位旧身份证号", "622726800101001"),
        "id_from_certificate": ProblemCode("身份证号栏填了残疾人证号", "20 位残疾人证号"),
        "id_other_document": ProblemCode("证件不是身份证", "证件类型填“护照”"),
        "secondary_id_invalid": ProblemCode("他人证件号有误", "户主证件号码只有 17 位"),
        "duplicate_person": ProblemCode("同一份名单里重复", "同一身份证号出现两行"),
        "duplicate_row": ProblemCode("同一份名单里重复的行", "同一人同一天同一异动两行"),
        # secondary facts of a person
        "student_no_unusual": ProblemCode("学籍号不合规格", "学籍号缺字母 G"),
        "student_no_mismatch": ProblemCode("学籍号与身份证号不一致", "G 后的号码是另一个人的"),
        "sex_mismatch": ProblemCode("性别与身份证号不一致", "身份证号第 17 位为奇数而性别填女"),
        "birth_mismatch": ProblemCode("出生日期与身份证号不一致", "出生日期与身份证号差一天"),
        "sex_unknown": ProblemCode("性别读不出来", "性别填“不男”"),
        "ethnicity_unknown": ProblemCode("民族读不出来", "民族填代码“01”"),
        "date_invalid": ProblemCode("日期不存在", "2013-02-30"),
        "date_month_only": ProblemCode("日期只到月份", "出生日期填 2013年9月，又没有身份证号"),
        "date_year_only": ProblemCode("日期只有年份", "参加工作时间填 1998"),
        "date_ambiguous": ProblemCode("日期分不清月份", "参加工作时间是数字 1998.1"),
        "phone_invalid": ProblemCode("电话不合规格", "手机号只有 10 位"),
        "number_lost_digits": ProblemCode("编号末几位丢失", "残疾证号存成数字"),
        "number_unreadable": ProblemCode("数目读不出来", "务工时间填“很久”"),
        "distance_unreadable": ProblemCode("上下学距离读不出来", "上下学距离填“很远”"),
        "flag_unreadable": ProblemCode("是否看不出来", "是否孤儿填“可能”"),
        "disability_no_unusual": ProblemCode("残疾证号不合规格", "残疾证号只有 10 位"),
        "relation_unknown": ProblemCode("与户主关系不认识", "与户主关系填“邻居”"),
        "labour_unknown": ProblemCode("劳动技能不认识", "劳动技能填“很强”"),
        "work_region_unknown": ProblemCode("务工区域不认识", "务工区域填“很远”"),
        "employment_unknown": ProblemCode("就业情况看不出来", "是否就业填“再说”"),
        "date_to_come": ProblemCode("日期还没有到", "返乡日期填明年三月"),
        "certificate_mismatch": ProblemCode("残疾证号是别人的", "残疾证号前 18 位不是本人身份证号"),
        "disability_kind_unknown": ProblemCode("残疾类型是代码", "残疾类型填“4”"),
        "hukou_unknown": ProblemCode("户口性质不认识", "户口性质填“其他户”"),
        # schooling
        "school_missing": ProblemCode("缺学校", "表里和标题里都没有学校"),
        "grade_missing": ProblemCode("缺年级", "年级为空，又看不出学段"),
        "grade_unknown": ProblemCode("年级不明，只记学段", "入学登记表没有年级一列"),
        "grade_unreadable": ProblemCode("年级读不出来", "年级填“十三年级”"),
        "stage_conflict": ProblemCode("学段与年级矛盾", "学段填小学而年级填八年级"),
        "stage_unknown": ProblemCode("学段不认识", "学段填“中等”"),
        "school_stage_mismatch": ProblemCode(
            "学校与年级的学段对不上", "学校是中心小学而年级填八年级"
        ),
        "stage_beyond": ProblemCode("学段不在本账之内", "学段填“研究生”"),
        "class_grade_mismatch": ProblemCode("班级与年级对不上", "年级填三年级而班级填四(2)班"),
        "class_unreadable": ProblemCode("班级读不出班号", "班级填“阳光班”"),
        "boarding_unknown": ProblemCode("就读方式不认识", "就读方式填“2”"),
        "status_unknown": ProblemCode("学生状态不认识", "学生状态填“待定中”"),
        "still_listed_after_leaving": ProblemCode("已离校的学生仍在名单上", "转出后的名册还有此人"),
        # households
        "household_missing": ProblemCode("看不出是哪一户", "户编号和户主都为空"),
        "household_no_head": ProblemCode("一户没有户主", "同一户编号的几行里没有“户主”"),
        "household_many_heads": ProblemCode("一户有几个户主", "同一户编号的两行都是“户主”"),
        "category_unknown": ProblemCode("户类别不认识", "户类型填“甲类户”"),
        "risk_unknown": ProblemCode("风险是否消除看不出来", "风险是否消除填“正在看”"),
        "allowance_unknown": ProblemCode("低保情况看不出来", "是否享受低保填“几档”"),
        "group_missing": ProblemCode(
            "看不出哪一类特殊群体", "标题写“低保、特困名单”，没有类别一列"
        ),
        "group_not_taken": ProblemCode("脱贫户以户名单为准", "特殊群体类别填“建档立卡”"),
        "group_unknown": ProblemCode("群体类别不认识", "类别填“甲类人员”"),
        "disability_degree_unknown": ProblemCode("残疾等级看不出来", "残疾等级填“较重”"),
        "destitute_unknown": ProblemCode("特困情况看不出来", "特困供养填“几档”"),
        # recognition
        "tier_unknown": ProblemCode("认定等级不在三档之内", "认定等级填“一档”"),
        "term_unreadable": ProblemCode("学期读不出来", "学期填“上个学期”"),
        # pairing and staff
        "helper_missing": ProblemCode("缺帮扶责任人", "帮扶责任人为空"),
        "establishment_unknown": ProblemCode("编制情况看不出来", "编制填“待查”"),
        "service_unknown": ProblemCode("在职状态看不出来", "在职状态填“待查”"),
        # status changes
        "change_missing": ProblemCode("缺异动类型", "异动类型为空，标题也看不出"),
        "change_unknown": ProblemCode("异动类型不认识", "异动类型填“换班”"),
        "event_date_impossible": ProblemCode("异动日期不可能", "休学结束日期早于开始日期"),
        "event_date_missing": ProblemCode("缺异动日期", "异动时间为空"),
        # registers
        "amount_missing": ProblemCode("缺金额", "发放金额为空，又没有标准和天数可算"),
        "amount_unreadable": ProblemCode("金额读不出来", "金额填“若干”"),
        "amount_negative": ProblemCode("金额是负数", "金额填 -625"),
        "product_computed": ProblemCode("金额是算出来的", "金额一栏是公式，文件里没有存下结果"),
        "product_mismatch": ProblemCode("金额与乘积不等", "标准 4 元、20 天，金额填 100 元"),
        "sum_mismatch": ProblemCode("合计与各项不符", "两行各 625 元，合计写 1,300 元"),
        "quantity_unreadable": ProblemCode("数量读不出来", "数量填“一批”"),
        "entry_incomplete": ProblemCode("缺必填的内容", "改善办学条件项目没有写名称"),
        "donor_unnamed": ProblemCode("没有写捐赠人", "捐赠人为空"),
        "date_missing": ProblemCode("没有写日期", "捐赠日期为空"),
        "account_unusual": ProblemCode("银行卡号不合规格", "卡号只有 5 位"),
        "account_lost_digits": ProblemCode("银行卡号末几位丢失", "卡号存成数字 6.22E+18"),
        "month_unreadable": ProblemCode("月份读不出来", "月份填“13月”"),
        "month_twice": ProblemCode("一个月两栏", "“9月”一栏是 72，另一栏“9月”是 80"),
        "period_assumed": ProblemCode("没有写哪个时段", "表里和标题里都没有月份、学期"),
        "secondment_kind_unknown": ProblemCode("派出类别不认识", "派出类别填“出差”"),
        "span_impossible": ProblemCode("起止日期不可能", "支教计划结束日期早于派出日期"),
        "secondments_overlap": ProblemCode("派出时间重叠", "同一教师支教期间又登记挂职"),
        "part_above_whole": ProblemCode("部分多于总数", "评课 10 节，优课 12 节"),
        "project_assumed": ProblemCode("没有写资助项目", "表里和标题里都没有资助项目"),
        # days and meals
        "month_missing": ProblemCode("看不出是哪个月", "就餐花名册标题里没有年月"),
        "meal_days_missing": ProblemCode("缺就餐天数", "就餐天数为空"),
        "meal_days_unreadable": ProblemCode("就餐天数读不出来", "就餐天数填“全勤”或 -3"),
        "meal_days_above_calendar": ProblemCode(
            "就餐天数多于当月上学日", "2026年9月上学日 22 天，填了 25 天"
        ),
        "mark_unknown": ProblemCode("逐日的记号看不懂", "9月3日一格填“?”"),
        "day_not_in_month": ProblemCode("当月没有这一天", "9月的表在 31 日一列填了数"),
        "day_not_taught": ProblemCode("这一天不是上学日", "星期六一列填了人数"),
        "days_unreadable": ProblemCode("日期读不出来", "请假日期填“9月31日”或“上周”"),
        "absence_undated": ProblemCode("缺请假或缺勤的日期", "只填了请假天数"),
        "absence_reversed": ProblemCode("请假结束在开始之前", "9月8日至9月3日"),
        "absence_impossible": ProblemCode("请假日期不可能", "2062年9月3日"),
        "absence_not_taught": ProblemCode("请假的日子都不上学", "7月20日至7月25日"),
        "absence_kind_unknown": ProblemCode("请假类型看不出来", "请假类型填“其它情况”"),
        "head_day_missing": ProblemCode("缺就餐日期", "日期在左、班级在上的表，日期一格为空"),
        "visitor_unclear": ProblemCode(
            "看不出去的是谁、访的是谁", "姓名、户主姓名、入户日期，没有帮扶责任人"
        ),
        "visit_undated": ProblemCode("缺家访或劝返的日期", "写了家访教师和情况，没有日期"),
        "visit_impossible": ProblemCode("家访或劝返的日期不可能", "家访日期在今天之后"),
        "visit_days_impossible": ProblemCode("走访天数不可能", "走访天数填 0 或 40"),
        "visit_days_mismatch": ProblemCode("走访天数与日期不符", "写了两个日期，天数填 5"),
        # households that are helped
        "help_way_unknown": ProblemCode("帮扶方式不认识", "帮扶方式填“精神鼓励”"),
        "help_way_missing": ProblemCode("没有写帮扶方式", "写了帮扶内容，没有写是哪一种方式"),
        "help_way_several": ProblemCode("几种帮扶方式只有一个金额", "帮扶方式填“资金、物资”"),
        "contribution_empty": ProblemCode("没有写投入了什么", "投入金额为 0，帮扶内容为空"),
        "plan_state_unknown": ProblemCode("落实情况看不出来", "落实情况填“再看”"),
        "checklist_empty": ProblemCode("核查一项也没有写", "两不愁三保障各栏都为空"),
        "fulfilment_unknown": ProblemCode("是否达标看不出来", "住房安全填“再看”，这一项不记"),
        "duty_undated": ProblemCode("没有写投入、核查的日期或年度", "投入日期为空"),
        "duty_date_impossible": ProblemCode("投入、核查的日期或年度不可能", "投入日期在今天之后"),
        "dropout_undated": ProblemCode("没有失学时间", "控辍保学台账里失学时间为空"),
        "return_undated": ProblemCode("返校没有日期", "目前状态填“已返校”，没有返校时间"),
        "headcount_unreadable": ProblemCode("人数读不出来", "人数填“约40”"),
        # what the ledger adds
        "account_shared": ProblemCode("同一银行卡号用于几名学生", "两户的学生填了同一个卡号"),
        "person_created": ProblemCode("账里原来没有此人，已新建", "认定名单里有人不在学籍里"),
        "records_joined": ProblemCode(
            "看出两条记录是同一个人，已并为一条",
            "户名单没有身份证号，贫困生名单写着身份证号和户编号",
        ),
        "records_apart": ProblemCode(
            "看出两条记录是同一个人，但没有并", "没有身份证号的那条记录已经算过补助"
        ),
        "conflict": ProblemCode("与另一份名单说法不同", "认定名单写走读，学籍名册写住校"),
        "meal_school_unknown": ProblemCode(
            "不知道是哪所学校的就餐天数", "就餐花名册没有学校，学生也不在任何学籍名册上"
        ),
        "household_vague": ProblemCode("看不出是哪一户", "走访记录只写户主姓名，账里已有同名的户"),
        "household_created": ProblemCode(
            "账里原来没有这一户，已新建", "结对名单里有户名单上没有的户"
        ),
        "household_unknown": ProblemCode(
            "不知道是哪一户", "低保名单只有姓名和身份证号，账里还没有这一户"
        ),
        "closed_by_full_list": ProblemCode(
            "完整名单上没有的已停止计算", "--full 导入少了一名学生的名册"
        ),
        "hidden_row": ProblemCode("隐藏的行也导入了", "筛选后隐藏的行"),
        "hidden_sheet": ProblemCode("隐藏的工作表没有导入", "被隐藏的 Sheet2"),
        "column_unknown": ProblemCode("不认识的列没有读", "学籍名册里有一列“校服尺码”"),
        "column_twice": ProblemCode("两列说的是同一栏", "“身份证号”和“证件号码”两列都有，内容不同"),
        # strange files: asked about before anything is written
        "strange_class": ProblemCode("一个班少了很多学生", "40 人的班，新名册只有 30 人"),
        "strange_boarders": ProblemCode("住校生全成了走读", "25 名住校生在新名册里都是走读"),
        "strange_births": ProblemCode("太多人生日是 1 月 1 日", "200 人里有 45 人"),
        "strange_account": ProblemCode("一个银行卡号用于很多学生", "12 名学生填了同一个卡号"),
        "strange_rows": ProblemCode("与上一份名单行数相差很大", "上一份 600 行，这一份 520 行"),
        "strange_ids": ProblemCode("身份证号的列名不认识", "列名写成“号码”，名册就没有身份证号"),
        "sheet_unrecognised": ProblemCode("工作表没有认出", "表头里没有认识的列"),
        "sheet_without_rows": ProblemCode("工作表只有表头", "表头下面没有一行数据"),
        # bank returns
        "return_number": ProblemCode("批次或序号读不出来", "序号写成“甲”"),
        "return_result": ProblemCode("处理结果看不出来", "处理结果填“再议”"),
        "return_incomplete": ProblemCode("回单这一行缺项", "成功的一行没有日期"),
        "return_other_batch": ProblemCode("别的批次的行", "第 3 批的回单里有第 2 批的行"),
        "return_unknown_line": ProblemCode("批次里没有的行", "共 40 笔，回单里有序号 41"),
        "return_same_line": ProblemCode("同一笔出现两次", "序号 7 有两行"),
        "return_too_much": ProblemCode("入账多于应发", "应发 625.00，回单写 652.00"),
        "return_too_little": ProblemCode("入账少于应发", "应发 625.00，回单写 62.50"),
        "return_other_account": ProblemCode("账号不是发放的账号", "两行的账号对调了"),
        "return_too_early": ProblemCode("日期早于制批", "11 月 5 日制批，回单写 11 月 1 日"),
        "return_in_future": ProblemCode("日期在今天以后", "回单写 2062 年"),
        "return_contradiction": ProblemCode("与已记的结果相反", "已记失败的一笔，回单写成功"),
    }
)
