"""Closed vocabularies of schemes alone: what they give, to whom, measured by what.

A continuation of :mod:`jingzhun.core.vocabulary`.
"""

from jingzhun.core.labels import Labelled


class Yields(Labelled):
    """What a scheme gives; what is not money stands beside it and in no sum."""

    MONEY = "money", "资金"
    SETS = "sets", "套数"
    LOAN = "loan", "贷款额度"


class Recipient(Labelled):
    """To whom a scheme is paid."""

    PUPIL = "pupil", "学生"
    STAFF = "staff", "教职工"


class FeePart(Labelled):
    """A part of a school's fee: up to what a public school of the same kind asks, or the rest."""

    WAIVED = "waived", "学校收费中不超过同类公办学校的部分"
    LEFT = "left", "国家减免后余下的收费"


class PolicyPart(Labelled):
    """What a version of a scheme says, part by part."""

    STANDARD = "standard", "标准"
    CONDITIONS = "conditions", "条件"
    DELIVERY = "delivery", "发放方式"
    SHARES = "shares", "资金分担"
    ACCRUAL = "accrual", "发放月份"
    DOCUMENT = "document", "依据"


class PolicyOrigin(Labelled):
    """Where a policy file lies."""

    SHIPPED = "shipped", "随程序"
    LEDGER = "ledger", "本账本"
    GIVEN = "given", "给出的"
