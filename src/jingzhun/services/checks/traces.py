"""Checks of the audit trail against the journal: what was done is told, and as it was done."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, format_yuan
from jingzhun.services.books.journal import Seal, seals
from jingzhun.services.checks.finding import TAMPERED, Check, Finding
from jingzhun.store.schema import Trail
from jingzhun.store.soundness import missing_trails


def unbroken(session: Session) -> Iterator[Finding]:
    """No line of the trail is gone."""
    for first, last in missing_trails(session):
        lines = f"{first}" if first == last else f"{first} 到 {last}"
        yield Finding(place=f"操作留痕 {lines}", found="这几条留痕不见了。", remedy=TAMPERED)


def told(session: Session) -> Iterator[Finding]:
    """Every voucher stands as the trail told it when it was booked, and none is untold.

    The trail tells of vouchers since it does so at all: those before its first are not asked.
    """
    stands = {seal.voucher_no: (number, seal) for number, seal in seals(session)}
    first: int | None = None
    known = set()
    for number, actor, detail in session.execute(
        select(Trail.id, Trail.actor, Trail.detail).order_by(Trail.id)
    ):
        for said in detail.get("vouchers", ()):
            voucher = str(said[0])
            known.add(voucher)
            entry, seal = stands.get(voucher, (None, None))
            if entry is not None:
                first = entry if first is None else min(first, entry)
            if seal is None or seal.told != said:
                yield Finding(
                    place=f"凭证 {voucher}", found=_differs(number, actor, said, seal),
                    remedy=TAMPERED,
                )  # fmt: skip
    for voucher, (number, seal) in stands.items():
        if first is not None and number >= first and voucher not in known:
            yield Finding(
                place=f"凭证 {voucher}",
                found=f"{_sum(seal.happened_on, seal.debits_fen)}，留痕里没有谁记过这一张。",
                remedy=TAMPERED,
            )


def _differs(number: int, actor: str, said: list[Any], seal: Seal | None) -> str:
    before = f"操作留痕 {number}（{actor}）记的是 {_sum(*said[1:3])}"
    if seal is None:
        return f"{before}，这张凭证不见了。"
    if seal.told[1:3] == said[1:3]:
        return f"{before}，日期、金额没有变，摘要、科目或经办人改过。"
    return f"{before}，现在是 {_sum(seal.happened_on, seal.debits_fen)}。"


def _sum(day: object, fen: int) -> str:
    return f"{day} {format_yuan(Fen(fen))} 元"


CHECKS = (
    Check(name="trail", title="操作留痕一条不少", look=unbroken),
    Check(name="told", title="每张凭证与记账时的留痕相符", look=told),
)
