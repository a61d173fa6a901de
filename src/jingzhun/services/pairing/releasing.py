"""End a pair, or hand it over: three years fixed, no release before a household is out of need.

Source: the work plans (一定三年不变，不脱贫、不脱钩、不走人). Whoever decides otherwise says why,
and that stands in the trail.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from jingzhun.core.pairing import LoadRules, exemption, expected_load
from jingzhun.core.terms import months_later
from jingzhun.errors import JingzhunError
from jingzhun.policies.loads import load_rules
from jingzhun.services.hand import Hand
from jingzhun.services.importing.entering import Entered, enter
from jingzhun.services.lookup import find_household, find_staff
from jingzhun.services.pairing.assigning import pair_words_of
from jingzhun.services.pairing.plans import NOWHERE, Helper, Home
from jingzhun.store.helpers import facts_of
from jingzhun.store.policy_files import own_files
from jingzhun.store.presence import in_force, in_need
from jingzhun.store.schema import Household, HouseholdCategory, Pairing, Staff, Village

_Held = tuple[Pairing, Household, Staff]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Which pairs end: of a household, of a helper, or the one of both; ``to`` takes them over."""

    household: str = ""
    helper: str = ""
    to: str = ""
    why: str = ""
    is_forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The pairs that ended, as (household, helper), and who took them over.

    ``load`` households are theirs then, ``expected`` should be.
    """

    import_id: int
    pairs: tuple[tuple[str, str], ...]
    to: str
    load: int = 0
    expected: int = 0


def end_pairs(session: Session, wanted: Ending, hand: Hand, *, today: date) -> Ended:
    """End pairs on a day.

    Raises:
        JingzhunError: ``pair_why_missing``; ``household_unknown``, ``staff_unknown`` and their
            like; ``pair_unknown`` — there is no such pair; ``pair_locked`` — three years are not
            over, or the household is in need still; ``pair_to_self``, ``pair_to_exempt`` — who
            should take over has the household already, or takes none.
    """
    if not wanted.why.strip():
        raise JingzhunError(
            "pair_why_missing",
            "解除或移交结对没有写原因。",
            "请写明原因，如：--why 调离学校",
        )
    rules = load_rules(today, own_files(session, today))
    pairs = _pairs(session, wanted, today)
    to = find_staff(session, wanted.to) if wanted.to else None
    if to is not None:
        _demand_able(to, pairs, today, rules, is_forced=wanted.is_forced)
    if not wanted.is_forced:
        for held in pairs:
            _demand_free(session, held, to, today, rules)
    rows = [(_home(session, household), _as_helper(helper)) for _, household, helper in pairs]
    ended = [pair for pair, _, _ in pairs]
    sheets = [pair_words_of(rows, today, wanted.why.strip(), ended=ended)]
    if to is not None:
        theirs = _households_of(session, to, today)
        moved = [(_home(session, each), _as_helper(to)) for _, each, _ in pairs
                 if each.id not in theirs]  # fmt: skip
        sheets += [pair_words_of(moved, today, wanted.why.strip())] if moved else []
    title = "移交结对" if to else "解除结对"
    entered: Entered = enter(session, sheets, f"{title} {today}", hand)
    ended_pairs = tuple((_shown(household), helper.name) for _, household, helper in pairs)
    if to is None:
        return Ended(import_id=entered.import_id, pairs=ended_pairs, to="")
    return Ended(
        import_id=entered.import_id,
        pairs=ended_pairs,
        to=to.name,
        load=len(_households_of(session, to, today)),
        expected=expected_load(facts_of(to), today, rules)[0],
    )


def _households_of(session: Session, helper: Staff, today: date) -> set[int]:
    held = select(Pairing.household_id).where(
        Pairing.staff_id == helper.id, in_force(Pairing, today)
    )
    return set(session.scalars(held))


def _pairs(session: Session, wanted: Ending, today: date) -> list[_Held]:
    query = (
        select(Pairing, Household, Staff)
        .join(Household, Household.id == Pairing.household_id)
        .join(Staff, Staff.id == Pairing.staff_id)
        .where(in_force(Pairing, today))
        .order_by(Household.household_no, Household.id, Staff.id)
    )
    if wanted.household:
        household = find_household(session, wanted.household)
        query = query.where(Pairing.household_id == household.id)
    if wanted.helper:
        query = query.where(Pairing.staff_id == find_staff(session, wanted.helper).id)
    found = [(row[0], row[1], row[2]) for row in session.execute(query)]
    if not found or not (wanted.household or wanted.helper):
        raise JingzhunError(
            "pair_unknown",
            f"{today} 没有这样的结对。",
            "请写户编号或户主，或用 --helper 写帮扶责任人；jingzhun pair list 列出全部结对。",
        )
    return found


def _demand_able(
    to: Staff, pairs: list[_Held], today: date, rules: LoadRules, *, is_forced: bool
) -> None:
    """Refuse who cannot take a household over: who has it, or (unless forced) is exempt."""
    if any(helper.id == to.id for _, _, helper in pairs):
        raise JingzhunError(
            "pair_to_self",
            f"{to.name}就是现在的帮扶责任人，不能移交给本人。",
            "请用 --to 写接手的人；要解除结对，去掉 --to。",
        )
    reason = exemption(facts_of(to), today, rules)
    if reason is not None and not is_forced:
        raise JingzhunError(
            "pair_to_exempt",
            f"{to.name}免予结对（{reason.label}），不能接手。",
            "请换一个人；确有决定的，加 --force，原因记入操作留痕。",
        )


def _demand_free(
    session: Session, held: _Held, to: Staff | None, today: date, rules: LoadRules
) -> None:
    """Refuse to let a household go that is locked to its helper."""
    pair, household, helper = held
    over = months_later(pair.valid_from, rules.locked_years * 12)
    who = f"{_shown(household)}（帮扶责任人{helper.name}，{pair.valid_from} 结对）"
    if to is not None and (exemption(facts_of(helper), today, rules) is not None or today >= over):
        return
    force = "确有决定的，加 --force，原因记入操作留痕。"
    if to is not None:
        raise JingzhunError(
            "pair_locked",
            f"{who}不满 {rules.locked_years} 年，{helper.name}也还在职，不能换人。",
            f"结对一定 {rules.locked_years} 年不变，到 {over} 才能换；{force}",
        )
    if today < over:
        raise JingzhunError(
            "pair_locked",
            f"{who}不满 {rules.locked_years} 年，不能解除。",
            f"结对一定 {rules.locked_years} 年不变，到 {over}；调离的用 --to 移交；{force}",
        )
    if _in_need(session, household, today):
        raise JingzhunError(
            "pair_locked",
            f"{who}还没有脱贫（仍在享受政策或风险未消除），不能解除。",
            f"不脱贫、不脱钩；要换人请用 --to 移交；{force}",
        )


def _in_need(session: Session, household: Household, today: date) -> bool:
    """Say whether a household is in any category of need, its risk not removed."""
    held = exists().where(
        HouseholdCategory.household_id == household.id,
        in_force(HouseholdCategory, today),
        in_need(),
    )
    return bool(session.scalar(select(held)))


def _home(session: Session, household: Household) -> Home:
    village = session.get(Village, household.village_id) if household.village_id else None
    return Home(
        household_no=household.household_no,
        head=household.head_name,
        village=(village.township, village.name) if village else NOWHERE,
    )


def _as_helper(staff: Staff) -> Helper:
    return Helper(
        identity=staff.identity, name=staff.name, unit=staff.unit, department=staff.department,
        post=staff.post, is_leader=False, expected=0, exemption=None, held={},
    )  # fmt: skip


def _shown(household: Household) -> str:
    return household.household_no or household.head_name or "没有户编号的户"
