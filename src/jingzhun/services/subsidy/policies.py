"""Change which rules hold from a month on: another pack, a policy file of the ledger's own.

Nothing that was computed changes: a run remembers its packs, and how many own files there were. A
change is refused unless the rules can be read in its month and in every later month of change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.conditions import Defined, Definition
from jingzhun.core.page import Page
from jingzhun.core.policy import NORM_KEYS, Pack, PolicyText
from jingzhun.core.policy_vocabulary import PolicyPart
from jingzhun.core.policy_words import condition_words, version_words
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import RunState
from jingzhun.errors import PolicyError
from jingzhun.policies.files import newest_start, read_own
from jingzhun.policies.norms import Own, all_norms, value_words
from jingzhun.policies.packs import DEFAULT_PACK, load_pack
from jingzhun.services.hand import Hand
from jingzhun.services.subsidy.plans import pack_of
from jingzhun.store.policy_files import (
    LAST_MONTH,
    files_in_force,
    files_known,
    months_of_change,
    pack_in_use,
)
from jingzhun.store.schema import PolicyFile, PolicyUse, Run, RunLine

#: What a change says of a scheme or a derived fact: its key and title, a part, before and after.
Row = tuple[str, str, PolicyPart, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A change that was made: what from when, until another takes over, and what it altered."""

    words: str
    subject: Mapping[str, str | None]
    since: Month
    until: Month | None
    rows: tuple[Row, ...]
    drafts: tuple[int, ...]
    final: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in a month: the pack with the ledger's own files, and these files."""

    pack: Pack
    own: Own


def use_pack(session: Session, name: str, since: Month, hand: Hand) -> Changed:
    """Use another pack from a month on.

    Raises:
        PolicyError: ``policy_unknown_pack``; ``policy_same``; a file of the ledger's own cannot be
            read beside it.
    """
    before = Rules(pack_of(session, since), files_in_force(session, since.number))
    title = load_pack(name).title
    if (pack_in_use(session, since.number) or DEFAULT_PACK) == name:
        raise _same(f"{since.label}用的本来就是{title}（{name}）")
    use = PolicyUse(
        from_month=since.number, pack=name, actor=hand.actor, recorded_at=hand.recorded_at
    )
    session.merge(use)
    words, subject = f"改用{title}（{name}）", {"pack": name, "key": None, "file": None}
    return _changed(session, words, subject, since, before)


def adopt(session: Session, text: PolicyText, since: Month | None, hand: Hand) -> Changed:
    """Keep a policy file as the ledger's own, from a month on: that of its newest version at least.

    Raises:
        PolicyError: a broken file, with every fault; ``policy_same``.
    """
    since = since or newest_month(session, text)
    own = files_in_force(session, since.number)
    before = Rules(pack_of(session, since), own)
    if text in own:
        raise _same(f"{since.label}用的本来就是这份 {text.file}，一字不差")
    read_own(text, own)
    _keep(session, text, since, hand, is_over=False)
    subject = {"pack": None, "key": text.key, "file": text.file}
    return _changed(session, f"采用 {text.file}", subject, since, before)


def newest_month(session: Session, text: PolicyText) -> Month:
    """Give the month in which the newest that a policy file says begins.

    Raises:
        PolicyError: a broken file, with every fault.
    """
    return Month.of(newest_start(text, files_in_force(session, LAST_MONTH)))


def end(session: Session, key: str, since: Month, hand: Hand) -> Changed:
    """End a policy file of the ledger's own: from a month on the pack alone speaks.

    Raises:
        PolicyError: ``policy_not_own``.
    """
    own = files_in_force(session, since.number)
    before = Rules(pack_of(session, since), own)
    held = {each.key: each for each in own}
    if key not in held:
        raise PolicyError(
            "policy_not_own",
            f"{since.label}没有键是“{key}”的自有政策文件。",
            f"现有的：{'、'.join(held)}。" if held else "账本还没有采用过自己的政策文件。",
        )
    file = held[key].file
    _keep(session, held[key], since, hand, is_over=True)
    subject = {"pack": None, "key": key, "file": file}
    return _changed(session, f"停用 {file}", subject, since, before)


def _keep(session: Session, text: PolicyText, since: Month, hand: Hand, *, is_over: bool) -> None:
    session.add(
        PolicyFile(
            number=files_known(session) + 1, key=text.key, from_month=since.number,
            file_name=text.file, text=None if is_over else text.text, actor=hand.actor,
            os_user=hand.os_user, recorded_at=hand.recorded_at,
        )
    )  # fmt: skip


def _same(words: str) -> PolicyError:
    return PolicyError(
        "policy_same", f"{words}，没有改动。", "请用 jingzhun policy list 查看现行的规定。"
    )


def _changed(
    session: Session, words: str, subject: Mapping[str, str | None], since: Month, before: "Rules"
) -> Changed:
    session.flush()
    after = Rules(pack_of(session, since), files_in_force(session, since.number))
    later = months_of_change(session, since.number)
    for month in later:
        pack_of(session, _month(month))  # or the change would break what comes after it
    runs = [] if subject["key"] in NORM_KEYS else _runs(session, since)
    return Changed(
        words=words,
        subject=subject,
        since=since,
        until=_month(later[0]) if later else None,
        rows=(
            *differences(before.pack, after.pack, since),
            *_norms_differing(before.own, after.own),
        ),
        drafts=tuple(run.id for run in runs if run.state == RunState.DRAFT),
        final=tuple(run.id for run in runs if run.state != RunState.DRAFT),
    )


def _runs(session: Session, since: Month) -> Sequence[Any]:
    """Give the runs of the months that a change of schemes touches."""
    return session.execute(
        select(Run.id, Run.state)
        .join(RunLine, RunLine.run_id == Run.id)
        .where(RunLine.month >= since.number, Run.state != RunState.VOID.value)
        .distinct()
        .order_by(Run.id)
    ).all()


def _month(number: int) -> Month:
    return Month(*divmod(number, 100))


# --- what differs -------------------------------------------------------------------------------


def differences(before: Pack, after: Pack, since: Month) -> Iterator[Row]:
    """Say what differs between two packs from a month on, part by part.

    Of a scheme that begins to differ on a later day, that day is looked at.
    """
    old, new = ({scheme.key: scheme for scheme in pack.schemes} for pack in (before, after))
    for key in sorted(old.keys() | new.keys()):
        title = (new.get(key) or old[key]).title
        said = [_said(pack, key, since) for pack in (before, after)]
        for part in PolicyPart:
            was, now = (words.get(part, "") for words in said)
            if was != now:
                yield key, title, part, was, now
    for name in {**before.definitions, **after.definitions}:
        meanings = [_meanings(pack, name, since) for pack in (before, after)]
        if meanings[0] != meanings[1]:
            title = (after.definitions.get(name) or before.definitions[name])[0].title
            yield name, title, PolicyPart.CONDITIONS, meanings[0], meanings[1]


def _norms_differing(before: Own, after: Own) -> Iterator[Row]:
    """Say which figures of norms differ, as their last versions have them."""
    for name in sorted(NORM_KEYS):
        old, new = (all_norms(name, own) for own in (before, after))
        for key, versions in new.items():
            was, now = old[key][-1], versions[-1]
            for part, one, other in (
                (PolicyPart.STANDARD, value_words(key, was.value), value_words(key, now.value)),
                (PolicyPart.DOCUMENT, was.source, now.source),
            ):
                if one != other:
                    yield name, key, part, one, other


def _said(pack: Pack, key: str, since: Month) -> Mapping[PolicyPart, str]:
    """Say what a pack's scheme sets in a month, or from its next version on."""
    scheme = next((scheme for scheme in pack.schemes if scheme.key == key), None)
    if scheme is None:
        return {}
    first = since.period.start
    coming = [version.starts for version in scheme.versions if version.starts > first]
    for day in (first, *coming):
        rule = pack.rule_on(scheme, day)
        if rule is not None:
            return version_words(rule)
    return {}


def _meanings(pack: Pack, name: str, since: Month) -> str:
    """Say what a derived fact means in a month and later."""
    definitions = pack.definitions.get(name, ())
    held = [each for each in definitions if each.starts <= since.period.start][-1:]
    later = [each for each in definitions if each.starts > since.period.start]
    return "；".join(_means(pack, each, since) for each in (*held, *later))


def _means(pack: Pack, definition: Definition, since: Month) -> str:
    resolved = pack.fact_on(definition.name, max(definition.starts, since.period.start))
    assert isinstance(resolved, Defined)  # noqa: S101 - it is defined on that day
    words = condition_words(resolved.definition.body)
    is_later = definition.starts > since.period.start
    return f"{definition.starts.isoformat()}起 {words}" if is_later else words


# --- the page -----------------------------------------------------------------------------------


def changed_page(changed: Changed) -> Page:
    """Show a change that was made.

    JSON: ``{"pack", "key", "file", "from", "until", "drafts", "final", "changes": [{"key",
    "title", "part", "before", "after"}]}``. ``drafts`` are runs to compute anew, ``final`` those
    that stay as they are.
    """
    columns = (
        Column(key="key", title="键"),
        Column(key="title", title="项目"),
        Column(key="part", title="内容", kind=ColumnKind.LABEL),
        Column(key="before", title="原来"),
        Column(key="after", title="改为"),
    )
    until = f"，到 {changed.until.label}之前（那个月起另有规定）" if changed.until else ""
    return Page(
        title=f"自{changed.since.label}起{changed.words}{until}",
        facts=_facts(changed),
        tables=[Table(key="changes", heading="", columns=columns, rows=changed.rows)],
        notes=tuple(_notes(changed)),
    )


def _facts(changed: Changed) -> Mapping[str, Any]:
    return {
        **changed.subject,
        "from": str(changed.since),
        "until": str(changed.until) if changed.until else None,
        "drafts": list(changed.drafts),
        "final": list(changed.final),
    }


def _notes(changed: Changed) -> Iterator[str]:
    if not changed.rows:
        yield "规定的内容没有变化。"
    if changed.drafts:
        numbers = "、".join(map(str, changed.drafts))
        yield f"第 {numbers} 批还是草稿，请用 jingzhun subsidy 重新计算。"
    if changed.final:
        numbers = "、".join(map(str, changed.final))
        yield (
            f"第 {numbers} 批已经提交，仍按当时的规定，不会改动；"
            "差额用 jingzhun run adjust 补发或追回。"
        )
