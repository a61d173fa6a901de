"""Every closed vocabulary, once: the English code that is stored, the Chinese label that is shown.

A member's value is what the ledger and the JSON contract hold. ``label`` is what a person reads.
The many spellings that workbooks use for these are data in ``rosters/kinds/*.toml``; they map to
these codes and to nothing else.
"""

from jingzhun.core.labels import Labelled


class Kind(Labelled):
    """What a sheet is a list of."""

    STUDENT_ROSTER = "student_roster", "学籍名册"
    HOUSEHOLD_MEMBERS = "household_members", "脱贫户监测户家庭成员名单"
    POOR_STUDENT_LIST = "poor_student_list", "贫困家庭学生名单"
    HARDSHIP_LIST = "hardship_list", "家庭经济困难学生认定名单"
    STAFF_ROSTER = "staff_roster", "教职工名册"
    PAIRING_LIST = "pairing_list", "结对帮扶名单"
    PAIRING_ENTRY = "pairing_entry", "结对登记"
    STATUS_CHANGES = "status_changes", "学籍异动名单"
    CORRECTION = "correction", "更正"
    ROLLOVER = "rollover", "升级"
    AID_LIST = "aid_list", "资助名单"
    AID_PAYMENT = "aid_payment", "资助发放花名册"
    FEE_WAIVER = "fee_waiver", "两免一补花名册"
    DONATIONS = "donations", "捐赠登记"
    FACILITY_PROJECTS = "facility_projects", "改善办学条件项目"
    KINDERGARTEN_ACTIVITIES = "kindergarten_activities", "幼儿园结对活动"
    KINDERGARTEN_PAIRS = "kindergarten_pairs", "幼儿园结对名单"
    KINDERGARTEN_RESULTS = "kindergarten_results", "幼儿园结对成效"
    SECONDMENTS = "secondments", "下派支教挂职培训登记表"
    SPECIAL_GROUP = "special_group", "特殊群体名单"
    LABOUR_ROSTER = "labour_roster", "劳动力花名册"
    MEAL_ROSTER = "meal_roster", "营养餐就餐花名册"
    MEAL_HEADCOUNT = "meal_headcount", "就餐人数登记表"
    ABSENCE_LIST = "absence_list", "请假缺勤名单"
    DROPOUT_LEDGER = "dropout_ledger", "控辍保学台账"
    HOME_VISITS = "home_visits", "家访入户记录"
    CONTRIBUTIONS = "contributions", "帮扶投入台账"
    HOUSEHOLD_PLANS = "household_plans", "帮扶计划"
    CHECKLISTS = "checklists", "两不愁三保障核查"
    HOUSEHOLD_INCOMES = "household_incomes", "家庭收入台账"
    ACCOUNT_LIST = "account_list", "银行卡采集表"
    PAYEE_ACCOUNT = "payee_account", "收款账户"
    BANK_RETURN = "bank_return", "银行回单"
    SCHOOL_SETTING = "school_setting", "学校情况"


#: Kinds whose rows say who helps which household.
PAIR_KINDS = frozenset({Kind.PAIRING_LIST, Kind.PAIRING_ENTRY})
#: Lists of what is done for households that are helped.
DUTY_KINDS = frozenset(
    {Kind.CONTRIBUTIONS, Kind.HOUSEHOLD_PLANS, Kind.CHECKLISTS, Kind.HOUSEHOLD_INCOMES}
)


class Sex(Labelled):
    """Sex as the id number's seventeenth digit says."""

    MALE = "male", "男"
    FEMALE = "female", "女"


class Stage(Labelled):
    """Stage of schooling 学段."""

    PRESCHOOL = "preschool", "学前"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "普高"
    VOCATIONAL = "vocational", "中职"
    COLLEGE = "college", "高职"
    UNIVERSITY = "university", "本科"


class Boarding(Labelled):
    """Way of attending 就读方式."""

    DAY = "day", "走读"
    BOARDER = "boarder", "住校"
    LODGING = "lodging", "借宿"
    HOME_TAUGHT = "home_taught", "送教上门"
    OTHER = "other", "其他"


class Category(Labelled):
    """Household category 户类别; every one but OTHER makes the household *listed*."""

    LIFTED = "lifted", "脱贫户(享受政策)"
    LIFTED_ENDED = "lifted_ended", "脱贫户(不享受政策)"
    UNSTABLE = "unstable", "脱贫不稳定户"
    MARGINAL = "marginal", "边缘易致贫户"
    SUDDEN = "sudden", "突发严重困难户"
    PREVENTION = "prevention", "防止返贫致贫对象"
    RURAL_ALLOWANCE = "rural_allowance", "农村低保"
    URBAN_ALLOWANCE = "urban_allowance", "城市低保"
    RURAL_DESTITUTE = "rural_destitute", "农村特困"
    URBAN_DESTITUTE = "urban_destitute", "城市特困"
    NEAR_ALLOWANCE = "near_allowance", "低保边缘"
    OTHER = "other", "其他"


#: Categories on which 风险是否消除 is a second axis.
MONITORED = (Category.UNSTABLE, Category.MARGINAL, Category.SUDDEN, Category.PREVENTION)


class Change(Labelled):
    """Kind of change of status on the roll 学籍异动."""

    TRANSFER_OUT = "transfer_out", "转出"
    TRANSFER_IN = "transfer_in", "转入"
    SUSPENSION = "suspension", "休学"
    RESUMPTION = "resumption", "复学"
    DROPOUT = "dropout", "辍学"
    WITHDRAWAL = "withdrawal", "退学"
    EXPULSION = "expulsion", "开除"
    GRADUATION = "graduation", "毕业"
    DEATH = "death", "死亡"
    MISSING = "missing", "失踪"
    EMIGRATION = "emigration", "出国"
    OTHER_LEAVING = "other_leaving", "其他离校"
    DEFERRAL = "deferral", "延缓入学"
    AWAY = "away", "在籍不在校"


class Attendance(Labelled):
    """What an attendance sheet says of a pupil's day."""

    PRESENT = "present", "出勤"
    SICK = "sick", "病假"
    PERSONAL = "personal", "事假"
    LEAVE = "leave", "请假"
    TRUANT = "truant", "旷课"
    ABSENT = "absent", "缺勤"

    @property
    def is_excused(self) -> bool | None:
        """Whether the absence is explained; None where nobody says."""
        if self is Attendance.ABSENT:
            return None
        return self is not Attendance.TRUANT


class VisitPurpose(Labelled):
    """What a visit was for."""

    HOME_VISIT = "home_visit", "家访"
    PERSUASION = "persuasion", "劝返"


class Standing(Labelled):
    """A pupil's standing while not simply present; no row means present."""

    SUSPENDED = "suspended", "休学"
    DROPPED_OUT = "dropped_out", "辍学"
    AWAY = "away", "在籍不在校"
    LEFT = "left", "已离校"
    DEFERRED = "deferred", "延缓入学"


class Tier(Labelled):
    """Tier of a hardship recognition 认定等级."""

    SPECIAL = "special", "特别困难"
    HARD = "hard", "困难"
    ORDINARY = "ordinary", "一般困难"


class RunState(Labelled):
    """State of a subsidy run 批次."""

    DRAFT = "draft", "草稿"
    REVIEWED = "reviewed", "已复核"
    PUBLISHED = "published", "公示中"
    APPROVED = "approved", "已批准"
    PAID = "paid", "已发放"
    VOID = "void", "已作废"


class RunKind(Labelled):
    """Where the lines of a run come from."""

    REGULAR = "regular", "测算"
    ADJUSTMENT = "adjustment", "调整"
    OPENING = "opening", "期初已发"
    DONATION = "donation", "一对一捐助"


class AccountKind(Labelled):
    """Kind of an account 科目类别; assets and expenses grow by debit."""

    ASSET = "asset", "资产"
    LIABILITY = "liability", "负债"
    SURPLUS = "surplus", "净资产"
    INCOME = "income", "收入"
    EXPENSE = "expense", "费用"


class Account(Labelled):
    """What an account of the fund ledger is for; codes and names stand in accounts.toml."""

    BANK = "bank", "银行存款"
    RECEIVABLE = "receivable", "应收追回款"
    PAYABLE = "payable", "应付学生资助款"
    SUPPLIER = "supplier", "应付供餐款"
    ADVANCE = "advance", "垫付资金"
    SURPLUS = "surplus", "累计盈余"
    APPROPRIATION = "appropriation", "财政拨款收入"
    DONATION = "donation", "捐赠收入"
    SCHOOL_FUNDS = "school_funds", "学校自筹收入"
    FEES = "fees", "减免收费收入"
    EXPENSE = "expense", "资助支出"


class EntryKind(Labelled):
    """What a journal entry books."""

    OPENING = "opening", "期初余额"
    RECEIPT = "receipt", "收到资金"
    APPROVAL = "approval", "批准资助"
    PAYMENT = "payment", "发放资金"
    RETURN = "return", "银行退回"
    RECOVERY = "recovery", "追回到账"
    COVER = "cover", "归还垫付"
    REVERSAL = "reversal", "红字冲销"
    CLOSING = "closing", "年终结转"


class LineState(Labelled):
    """What became of a line of a payment batch."""

    PENDING = "pending", "待发"
    PAID = "paid", "成功"
    FAILED = "failed", "失败"


class Delivery(Labelled):
    """How a scheme reaches the pupil; decides the posting."""

    CARD = "card", "打卡发放"
    IN_KIND = "in_kind", "实物供应"
    WAIVER = "waiver", "减免"


class Unit(Labelled):
    """What a scheme's rate is for."""

    DAY = "day", "每生每天"
    MONTH = "month", "每人每月"
    TERM = "term", "每生每学期"
    YEAR = "year", "每生每学年"


class Confidence(Labelled):
    """How far a figure or rule was checked against its document."""

    CONFIRMED = "confirmed", "已核实"
    PARTLY = "partly", "部分核实"
    UNCONFIRMED = "unconfirmed", "未核实"


class LabourSkill(Labelled):
    """Labour ability 劳动技能."""

    ORDINARY = "ordinary", "普通劳动力"
    SKILLED = "skilled", "技能劳动力"
    WEAK = "weak", "弱劳动力或半劳动力"
    LOST = "lost", "丧失劳动力"
    NONE = "none", "无劳动力"


class CountyType(Labelled):
    """Part of a school's county in the nutrition plan (财教〔2021〕174号)."""

    NATIONAL = "national", "国家计划县"
    LOCAL_FIVE = "local_five", "地方计划五类县"
    LOCAL_OTHER = "local_other", "地方计划非五类县"
    NONE = "none", "非计划县"


class HukouKind(Labelled):
    """Kind of household registration 户口性质."""

    RURAL = "rural", "农业户口"
    URBAN = "urban", "非农业户口"
    RESIDENT = "resident", "居民户口"


class WorkRegion(Labelled):
    """How far from home somebody works 务工区域."""

    TOWNSHIP = "township", "乡镇内"
    COUNTY = "county", "县内"
    PROVINCE = "province", "县外省内"
    OTHER_PROVINCE = "other_province", "省外"
    ABROAD = "abroad", "境外"


class DropoutKind(Labelled):
    """Why a child is named in the dropout report; the order is the order of precedence."""

    DROPPED_OUT = "dropped_out", "辍学"
    LEFT_WITHOUT_RECEIVER = "left_without_receiver", "离校无接收学校"
    SUSPENSION_EXPIRED = "suspension_expired", "休学期满未复学"
    SUSPECTED = "suspected", "疑似辍学"
    NEVER_ENROLLED = "never_enrolled", "适龄失学"


class CaseState(Labelled):
    """State of a case 一人一案, as its last steps leave it."""

    OPEN = "open", "劝返中"
    WATCHED = "watched", "已返校观察"
    CLOSED = "closed", "已结案"


class CaseAction(Labelled):
    """A step of a case; the first five, in this order, have deadlines."""

    PHONE = "phone", "电话联系"
    VISIT = "visit", "家访"
    PERSUADE = "persuade", "劝返"
    REPORT = "report", "书面报告"
    ORDER = "order", "责令复学"
    OPENED = "opened", "立案"
    RETURNED = "returned", "返校"
    LOST = "lost", "再次离校"
    CLOSED = "closed", "结案"


class CloseReason(Labelled):
    """Why a case ends though the child has not been watched at school."""

    TRANSFERRED = "transferred", "已转入其他学校"
    HOME_TAUGHT = "home_taught", "送教上门"
    DEATH = "death", "死亡"
    ABROAD = "abroad", "出国"
    OVER_AGE = "over_age", "已满十六周岁"
    MISTAKE = "mistake", "误报"


class Verdict(Labelled):
    """What somebody said of two records that may be one human."""

    SAME = "same", "同一人"
    DIFFERENT = "different", "不是同一人"


class Likeness(Labelled):
    """Why two records may be one human; the order is the order in which reasons are told."""

    STUDENT_NO = "student_no", "学籍号相同"
    ONE_DIGIT = "one_digit", "身份证号只差一位"
    SWAPPED = "swapped", "身份证号相邻两位颠倒"
    FIFTEEN = "fifteen", "15位旧号补成18位后世纪不同"
    NAME_AND_BIRTH = "name_and_birth", "同名同出生日期"
    NAME = "name", "同名"
    SURNAME_SOUND = "surname_sound", "姓同音"
    GIVEN_SOUND = "given_sound", "名同音"
    ONE_CHARACTER = "one_character", "姓名一字之差"
    BIRTH = "birth", "出生日期相同"
    HOUSEHOLD = "household", "同一户"
    PHONE = "phone", "联系电话相同"
    WITHOUT_ID = "without_id", "一方没有身份证号"
    SEX_DIFFERS = "sex_differs", "但性别不同"
    ONE_LIST = "one_list", "但同在一份名单上"


class MatchedBy(Labelled):
    """By what a child of a household list was found on a roll."""

    ID_NUMBER = "id_number", "身份证号"
    STUDENT_NO = "student_no", "学籍号"
    HOUSEHOLD = "household", "户和姓名"
    CONFIRMED = "confirmed", "人工核对"


#: Grades 1-12 count through primary, junior and senior; kindergarten years are negative.
GRADE_LABELS = {
    -3: "小班", -2: "中班", -1: "大班",
    1: "一年级", 2: "二年级", 3: "三年级", 4: "四年级", 5: "五年级", 6: "六年级",
    7: "七年级", 8: "八年级", 9: "九年级", 10: "高一", 11: "高二", 12: "高三",
}  # fmt: skip


def label_of(vocabulary: type[Labelled], code: str | None) -> str:
    """Give the Chinese label of a stored code; empty for none."""
    return vocabulary.coded(code).label if code else ""
