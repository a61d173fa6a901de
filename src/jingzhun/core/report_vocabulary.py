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
