"""Closed vocabularies of what reports find: who moved, who may be one human, who is of what age.

A continuation of :mod:`jingzhun.core.vocabulary`.
"""

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


class AgeGroup(Labelled):
    """The years of schooling that a child is of an age for, on the 31 August before the year."""

    PRESCHOOL = "preschool", "学前（3—5周岁）"
    COMPULSORY = "compulsory", "义务教育（6—14周岁）"
    SENIOR = "senior", "高中阶段（15—17周岁）"
    UNKNOWN = "unknown", "年龄不明"
