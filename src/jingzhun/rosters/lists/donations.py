"""What a list of gifts says besides its columns: what is money, what goods, and who gave."""

import re
from dataclasses import replace
from typing import Any

from jingzhun.rosters.kinds import RegisterSpec, normalise
from jingzhun.rosters.lists.placement import contexts
from jingzhun.rosters.lists.registers import complete
from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values.amounts import UNITS, money
from jingzhun.rosters.values.odd import Odd

ANONYMOUS = "匿名"
_UNNAMED = re.compile(
    r"匿名.*|不愿.*|无名.*|(?:某|一位|不知名|众)?(?:爱心|热心)(?:人士|市民|网友|群众)|好心人"
)
_CASH = re.compile(r"(?:现金|人民币|资金|捐款|善款|转账|钱款|汇款|助学金|爱心款)(.*)")


def complete_donations(draft: Draft, spec: RegisterSpec) -> None:
    """Tell money from goods, name the nameless, and say what tells gifts of nobody apart."""
    nothing: list[Any] = [None] * draft.size
    _name_donors(draft)
    goods = draft.values.get("goods") or nothing
    amounts = draft.values.setdefault("amount_fen", list(nothing))
    draft.values["goods"] = [_settle(at, thing, amounts) for at, thing in enumerate(goods)]
    _count_money(draft)
    if not draft.has("value"):
        # One column of money: in a row of goods it is what they are worth.
        spec = replace(spec, products={"amount": spec.products["value"]})
    complete(draft, spec)
    if not draft.has("value"):
        _move_values(draft)
    receivers = draft.values.get("receiver") or nothing
    draft.values["receiver"] = [
        own or said for own, said in zip(receivers, contexts(draft, "school"), strict=True)
    ]
    _date(draft)
    worth = [
        draft.values.get(name) or nothing for name in ("amount_fen", "value_fen", "quantity_milli")
    ]
    draft.values["told_apart"] = [
        "/".join(map(str, row)) if donor == ANONYMOUS else None
        for donor, *row in zip(draft.values["donor"], *worth, strict=True)
    ]


def _name_donors(draft: Draft) -> None:
    donors = draft.values.get("donor") or [None] * draft.size
    for at, donor in enumerate(donors):
        if donor is None:
            what = Odd("donor_unnamed", f"捐赠人没有填，按“{ANONYMOUS}”记。")
            draft.note(at, "donor", what, refuses=False)
    draft.values["donor"] = [
        ANONYMOUS if donor is None or _UNNAMED.fullmatch(normalise(donor)) else donor
        for donor in donors
    ]


def _settle(at: int, thing: str | None, amounts: list[Any]) -> str | None:
    """Give what was given besides money; 现金5万元 among the goods is money."""
    cash = _CASH.fullmatch(normalise(thing)) if thing else None
    if cash is None:
        return thing
    said = money()(cash[1]) if cash[1] else None
    if amounts[at] is None and isinstance(said, int):
        amounts[at] = said
    return None if not cash[1] or isinstance(said, int) else thing


def _count_money(draft: Draft) -> None:
    """Read 5 under 数量 and 万元 under 单位, without goods, as the money that it is."""
    numbers, measures = draft.values.get("quantity_milli"), draft.values.get("measure")
    if numbers is None or measures is None:
        return
    for at, (number, measure) in enumerate(zip(numbers, measures, strict=True)):
        if number is None or measure not in UNITS or draft.values["goods"][at]:
            continue
        if draft.values["amount_fen"][at] is None:
            draft.values["amount_fen"][at] = number * UNITS[measure] // 10
        numbers[at] = measures[at] = None


def _move_values(draft: Draft) -> None:
    amounts = draft.values["amount_fen"]
    goods = draft.values["goods"]
    draft.values["value_fen"] = [
        fen if thing else None for fen, thing in zip(amounts, goods, strict=True)
    ]
    draft.values["amount_fen"] = [
        None if thing else fen for fen, thing in zip(amounts, goods, strict=True)
    ]


def _date(draft: Draft) -> None:
    """Date the gifts of a list without days by its title; say where no day is told."""
    if not draft.has("donated_on"):
        told = draft.grid.context.stated_on
        draft.values["donated_on"] = [told and told.isoformat()] * draft.size
    missing = Odd("date_missing", "没有写捐赠日期，照样记入；知道的请补填。")
    for at, day in enumerate(draft.values["donated_on"]):
        if day is None and at not in draft.refused:
            draft.note(at, "donated_on", missing, refuses=False)
            if not draft.has("donated_on"):
                break
