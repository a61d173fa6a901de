"""Closed vocabularies of payments alone.

A continuation of :mod:`jingzhun.core.vocabulary`.
"""

from jingzhun.core.labels import Labelled


class Hindrance(Labelled):
    """Why a line may not or should not be paid; the order is the order of a page."""

    NO_ACCOUNT = "no_account", "没有银行卡号"
    SHARED_ACCOUNT = "shared_account", "一个卡号几名学生共用"
    STRANGE_PAYEE = "strange_payee", "户名不是本人也不是监护人"
    CHECK_DIGIT = "check_digit", "卡号校验位不符"
    FAILED_BEFORE = "failed_before", "上次没有发成，卡号没有改"
    CROSSED = "crossed", "几次调整相抵，应发的少于这一批"
    DEAD = "dead", "已死亡"
    LEFT = "left", "已不在校"
    DOUBLED = "doubled", "同一人有两条记录"
    POSTED = "posted", "别的批次已入账"
    PAID_ELSEWHERE = "paid_elsewhere", "名单上已经发过"
    OVERLAP = "overlap", "同一用途重复享受"
