"""Closed vocabularies of what reports say, a continuation of :mod:`jingzhun.core.vocabulary`."""

from jingzhun.core.labels import Labelled


class Movement(Labelled):
    """What changed between two days, in the order in which a report tells it."""

    CAME = "came", "新来"
    LEFT = "left", "离开"
    MOVED = "moved", "换校"
    BOARDING = "boarding", "就读方式改变"
    LISTED = "listed", "新列入"
    UNLISTED = "unlisted", "不再列入"
    CATEGORY = "category", "户类别改变"


class AgeGroup(Labelled):
    """The years of schooling that a child is of an age for, on the 31 August before the year."""

    PRESCHOOL = "preschool", "学前"
    COMPULSORY = "compulsory", "义务教育"
    SENIOR = "senior", "高中阶段"
    UNKNOWN = "unknown", "年龄不明"


class Coming(Labelled):
    """How a pupil came onto a school's roll."""

    TRANSFER_IN = "transfer_in", "转入"
    RESUMPTION = "resumption", "复学"
    INTAKE = "intake", "新生"
    LISTED = "listed", "名册新增"


class Unexplained(Labelled):
    """That a pupil left a roll and no event says why."""

    UNLISTED = "unlisted", "名册中已没有"


class SpecialGroup(Labelled):
    """The key groups of 控辍保学, as far as lists tell who is of them."""

    ORPHAN = "orphan", "孤儿或事实无人抚养"
    DISABLED = "disabled", "残疾"
    LEFT_BEHIND = "left_behind", "留守"
    MIGRANT = "migrant", "随迁"


class Whereabouts(Labelled):
    """Where a child is that is not named as gone: at school, excused, or not to be traced."""

    AT_SCHOOL = "at_school", "在校"
    HOME_TAUGHT = "home_taught", "送教上门"
    SUSPENDED = "suspended", "休学未期满"
    DEFERRED = "deferred", "延缓入学"
    TRANSFERRED = "transferred", "转往外地学校"
    ABROAD = "abroad", "出国"
    GRADUATED = "graduated", "初中毕业"
    KINDERGARTEN = "kindergarten", "仍在幼儿园"
    UNTRACED = "untraced", "毕业或离园后未见学籍"
    OVER_AGE = "over_age", "已过学龄"
    DEAD = "dead", "死亡"


class Outcome(Labelled):
    """What became of a pupil of a cohort."""

    STUDYING = "studying", "在籍"
    GRADUATED = "graduated", "毕业"
    MOVED = "moved", "正常流出"
    LOST = "lost", "辍学流失"
    UNTRACED = "untraced", "去向不明"


class CasePaper(Labelled):
    """The documents of a case, in the order of its steps."""

    VISIT = "visit", "家访表"
    LETTER = "letter", "劝返书"
    REPORT = "report", "书面报告"
