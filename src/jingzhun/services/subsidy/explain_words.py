"""A decision in words: its title, the calculation or why there is none, the rule, who pays."""

from collections.abc import Iterator
from datetime import date

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.policy import Fee, Scheme, Version
from jingzhun.core.policy_vocabulary import Yields
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import Confidence, Unit
from jingzhun.services.subsidy.judgement import Judgement, Line
from jingzhun.store.history import History


def amount_of(judgement: Judgement) -> Fen:
    """Add up the money of a decision."""
    return Fen(sum(line.amount_fen for line in judgement.lines))


def days_of(judgement: Judgement) -> int | None:
    """Add up the days of a decision; None for schemes that do not count days."""
    days = [line.days for line in judgement.lines if line.days is not None]
    return sum(days) if days else None


def shares_of(judgement: Judgement) -> dict[str, Fen]:
    """Add up what each source pays: shares are split line by line."""
    shares: dict[str, Fen] = {}
    for line in judgement.lines:
        for source, part in line.shares.items():
            shares[source] = Fen(shares.get(source, 0) + part)
    return shares


def confidence_of(judgement: Judgement) -> Confidence | None:
    """Say how far the standard used was checked against its document."""
    if judgement.lines:
        return judgement.lines[-1].confidence
    return judgement.version.confidence if judgement.version else None


def titled(scheme: Scheme, judgement: Judgement) -> str:
    """Name a scheme; a standard that nobody could check against its document says so."""
    if confidence_of(judgement) is Confidence.UNCONFIRMED:
        return f"{scheme.title}（{Confidence.UNCONFIRMED.label}）"
    return scheme.title


def calculation(judgement: Judgement, month: Month) -> str:
    """Write the calculation, or why there is none."""
    if not judgement.lines:
        return f"不享受。{judgement.reason}。"
    yields = judgement.lines[0].version.yields
    if yields is not Yields.MONEY:
        return "；".join(_beside(line, month) for line in judgement.lines)
    parts = [_money(line, month) for line in judgement.lines]
    return f"{' + '.join(parts)} = {format_yuan(amount_of(judgement))}元"


def notes_of(history: History, judgement: Judgement) -> Iterator[str]:
    """Give the rule with its document, what is split, what is missed, who pays."""
    version, confidence = judgement.version, confidence_of(judgement)
    if version is not None and confidence is not None:
        yield f"依据：{version.document}（{confidence.label}）。{version.clause}"
    if len(judgement.lines) > 1:
        spent = (
            f"{history.schools[line.school_id].name}{line.days}天 {format_yuan(line.amount_fen)}元"
            for line in judgement.lines
        )
        yield f"分学校：{'，'.join(spent)}。"
    for missed in judgement.missed:
        span = _span(missed.first, missed.last)
        yield f"未计 {missed.days} 个上课日（{span}）：{missed.reason}。"
    if shares := shares_of(judgement):
        split = (f"{source} {format_yuan(part)}元" for source, part in shares.items())
        yield f"资金分担：{'，'.join(split)}。"


def _money(line: Line, month: Month) -> str:
    rate = format_yuan(line.rate_fen)
    if line.days is None:
        said = f"{line.version.unit.label}{rate}元"
        return f"{said}{_of_fee(line)}{_part(line.version, month)}"
    if line.amount_fen == line.rate_fen * line.days:
        return f"{rate}元 × {line.days}天"
    return f"{line.days}天，标准月内有调整，现为{rate}元"


def _beside(line: Line, month: Month) -> str:
    """Say what is given that is no money, and how much of it falls to the month."""
    unit, share = line.version.unit.label, line.beside or 0
    if line.version.yields is Yields.SETS:
        return f"{unit}{line.rate.sets or 0}套{_part(line.version, month)}，本月{share}套，不发现金"
    most = format_yuan(line.rate_fen)
    return (
        f"{unit}最多可贷{most}元{_of_fee(line)}{_part(line.version, month)}，"
        f"本月{format_yuan(Fen(share))}元，是贷款额度，不是补助"
    )


def _of_fee(line: Line) -> str:
    """Say which part of the school's fee a rate is."""
    if line.fee is None or line.rate.fee is None:
        return ""
    words = f"学校收费{_fee_words(line.fee)}，取{line.rate.fee.label}"
    limit = line.rate.amount_fen
    most = "" if limit is None else f"，不超过{format_yuan(limit)}元"
    return f"（{words}{most}）"


def _fee_words(fee: Fee) -> str:
    words = f"{fee.unit.label}{format_yuan(fee.fee_fen)}元"
    return f"{words}、同类公办{format_yuan(fee.public_fee_fen)}元"


def _part(version: Version, month: Month) -> str:
    if version.unit is Unit.MONTH:
        return ""
    months = version.months_with(month)
    whole = "学期" if version.unit is Unit.TERM else "学年"
    return f"，{whole}的第{months.index(month.month) + 1}个月（共{len(months)}个月）"


def _span(first: date, last: date) -> str:
    return f"{first:%m-%d} 至 {last:%m-%d}" if last > first else f"{first:%m-%d}"
