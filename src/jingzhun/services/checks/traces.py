"""Checks of the audit trail against the ledger: what was done is told, and as it was done."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, format_yuan
from jingzhun.services.checks.finding import TAMPERED, Check, Finding
from jingzhun.services.seals import SEALS, Seal
from jingzhun.store.schema import Trail
from jingzhun.store.soundness import missing_trails


def unbroken(session: Session) -> Iterator[Finding]:
    """No line of the trail is gone."""
    for first, last in missing_trails(session):
        lines = f"{first}" if first == last else f"{first} 到 {last}"
        yield Finding(place=f"操作留痕 {lines}", found="这几条留痕不见了。", remedy=TAMPERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How a kind of sealed things is spoken of; ``else_`` is what may differ where facts do not."""

    place: str
    noun: str
    facts: Callable[[Any, Any], str]
    else_: str


_WORDS: Mapping[str, _Words] = {
    "vouchers": _Words(
        place="凭证 {}", noun="这张凭证", facts=lambda day, fen: f"{day} {_yuan(fen)}",
        else_="日期、金额没有变，摘要、科目或经办人改过",
    ),
    "runs": _Words(
        place="第 {} 批", noun="这一批（或它的批准）",
        facts=lambda count, fen: f"{count:,} 条 {_yuan(fen)}",
        else_="条数、金额没有变，明细里的人、月份、天数或别的改过",
    ),
    "batches": _Words(
        place="第 {} 号发放批次", noun="这个发放批次",
        facts=lambda count, fen: f"{count:,} 笔 {_yuan(fen)}",
        else_="笔数、金额没有变，收款人、账号或别的改过",
    ),
    "sheets": _Words(
        place="导入的名单 {}", noun="这份名单的内容",
        facts=lambda number, size: f"第 {number} 次导入，内容 {size:,} 字节",
        else_="长短没有变，内容改过",
    ),
}  # fmt: skip


def told(session: Session) -> Iterator[Finding]:
    """All that is sealed stands as the trail told it when it was made, and none is untold.

    The trail tells of a kind of things since it does so at all: those before its first are not
    asked.
    """
    trail = session.execute(select(Trail.id, Trail.actor, Trail.detail).order_by(Trail.id)).all()
    for what, words in _WORDS.items():
        stands = {seal.name: seal for seal in SEALS[what](session, None)}
        known = set()
        for number, actor, detail in trail:
            for said in detail.get(what, ()):
                known.add(said[0])
                seal = stands.get(said[0])
                if seal is None or seal.told != said:
                    yield Finding(
                        place=words.place.format(said[0]),
                        found=_differs(words, f"操作留痕 {number}（{actor}）", said, seal),
                        remedy=TAMPERED,
                    )
        first = min((stands[name].number for name in known & stands.keys()), default=None)
        for name, seal in stands.items():
            if first is not None and seal.number >= first and name not in known:
                yield Finding(
                    place=words.place.format(name),
                    found=f"{words.facts(*seal.facts)}，留痕里没有谁记过。",
                    remedy=TAMPERED,
                )


def _differs(words: _Words, trail: str, said: list[Any], seal: Seal | None) -> str:
    before = f"{trail}记的是 {words.facts(*said[1:3])}"
    if seal is None:
        return f"{before}，{words.noun}不见了。"
    if seal.told[1:3] == said[1:3]:
        return f"{before}，{words.else_}。"
    return f"{before}，现在是 {words.facts(*seal.facts)}。"


def _yuan(fen: int) -> str:
    return f"{format_yuan(Fen(fen))} 元"


CHECKS = (
    Check(name="trail", title="操作留痕一条不少", look=unbroken),
    Check(name="told", title="凭证、批次、名单与留痕相符", look=told),
)
