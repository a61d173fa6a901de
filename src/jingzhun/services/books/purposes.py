"""What money is bound to 用途: a scheme, or another use that a receipt declared.

A scheme is named by its key or title, in any pack. Another use has no list: it is declared new once
and known from then on by its postings, so that a slip of the finger never opens an account.
"""

import difflib
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask_text
from jingzhun.core.journal import NO_PURPOSE, NO_SOURCE
from jingzhun.errors import JingzhunError
from jingzhun.policies.accounts import chart
from jingzhun.policies.gifts import GIFT
from jingzhun.policies.packs import scheme_titles
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import Posting

_NEW = "不属于任何项目的捐赠等，用 --purpose 名称 --new 立一个新用途。"


def find_source(name: str) -> str:
    """Give a source of money as the chart of accounts names it.

    Raises:
        JingzhunError: ``source_unknown``.
    """
    wanted = name.strip()
    sources = chart().sources
    if wanted in sources:
        return wanted
    raise JingzhunError(
        "source_unknown",
        f"不认识资金来源“{mask_text(wanted)}”。" if wanted else "没有写资金来源。",
        f"请用 --source 写明，可以写：{'、'.join(sources)}。",
    )


def purpose_titles(session: Session) -> Mapping[str, str]:
    """Give every purpose that there is with its title: the schemes, then the other uses."""
    titles = scheme_titles(files_ever(session))
    used = session.scalars(select(Posting.purpose).distinct().order_by(Posting.purpose))
    return titles | {purpose: purpose for purpose in used if purpose and purpose not in titles}


def find_purpose(
    session: Session, text: str, *, is_new: bool = False, option: str = "--purpose"
) -> str:
    """Give the purpose that a few words mean: a key, a title, or a part of one title alone.

    ``is_new`` declares a use that is no scheme; ``option`` is the one by which it is said.

    Raises:
        JingzhunError: ``purpose_unknown``, ``purpose_ambiguous``; ``purpose_known`` — declared new,
            but there already.
    """
    wanted = mask_text(text.strip())
    titles = purpose_titles(session)
    if is_new and wanted:
        _demand_another(wanted, titles)
        return wanted
    exact = {purpose for purpose, title in titles.items() if wanted in (purpose, title)}
    found = exact or {purpose for purpose, title in titles.items() if wanted and wanted in title}
    if len(found) == 1:
        return found.pop()
    if found:
        named = "、".join(f"{titles[purpose]}（{purpose}）" for purpose in sorted(found))
        raise JingzhunError(
            "purpose_ambiguous", f"“{wanted}”可以是几个用途：{named}。", "请写全名或括号里的代号。"
        )
    near = difflib.get_close_matches(wanted, [*titles.values(), *titles], 3, 0.4) if wanted else []
    known = "、".join(
        f"{title}（{purpose}）" for purpose, title in titles.items() if purpose != GIFT
    )
    raise JingzhunError(
        "purpose_unknown",
        f"没有“{wanted}”这个用途。" if wanted else "没有写用途。",
        (f"是不是：{'、'.join(near)}？" if near else f"请用 {option} 写明，可以写：{known}。")
        + (_NEW if option == "--purpose" else ""),
    )


def _demand_another(wanted: str, titles: Mapping[str, str]) -> None:
    """Refuse a new use that may well be a scheme, or one that there is."""
    for purpose, title in titles.items():
        is_scheme = title != purpose
        if wanted in (purpose, title) or (is_scheme and (wanted in title or title in wanted)):
            raise JingzhunError(
                "purpose_known",
                f"“{wanted}”像是已有的用途“{title}”（{purpose}）。",
                "就是它的，请去掉 --new；确实是另一个用途，请换一个不会混淆的名称。",
            )


def find_purpose_asked(session: Session, text: str) -> str | None:
    """Give the purpose that a page is asked for; None for none, "" for what has no purpose."""
    if not text:
        return None
    return "" if text.strip() == NO_PURPOSE else find_purpose(session, text)


def find_source_asked(name: str) -> str | None:
    """Give the source that a page is asked for; None for none, "" for what no document says."""
    if not name:
        return None
    return "" if name.strip() == NO_SOURCE else find_source(name)
