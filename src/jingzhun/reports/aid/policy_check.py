"""``policy check``: every policy file that counts, judged fault by fault.

JSON::

    {"sound", "files": [{"file", "origin", "faults"}],
     "faults": [{"file", "key", "code", "reason", "remedy"}]}

``origin`` is ``shipped``, ``ledger`` (the ledger's own) or ``given``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.policy import FACTS_KEY, PolicyText
from jingzhun.core.policy_vocabulary import PolicyOrigin
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.errors import PolicyError
from jingzhun.policies.files import beside, faults_of, read_policy_file, shipped_texts
from jingzhun.store.policy_files import LAST_MONTH, files_in_force, months_of_change

_FILES = (
    Column(key="file", title="政策文件"),
    Column(key="origin", title="来处", kind=ColumnKind.LABEL),
    Column(key="faults", title="毛病", kind=ColumnKind.COUNT),
)
_FAULTS = (
    Column(key="file", title="政策文件"),
    Column(key="key", title="键"),
    Column(key="code", title="代码"),
    Column(key="reason", title="毛病"),
    Column(key="remedy", title="怎么改"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One file with its faults."""

    file: str
    origin: PolicyOrigin
    faults: Sequence[PolicyError]


def check_policies(session: Session, given: Sequence[Path]) -> list[Checked]:
    """Judge the shipped files, the ledger's own in every month of change, and files given."""
    shipped = [
        Checked(file=text.file, origin=PolicyOrigin.SHIPPED, faults=faults_of(text, ()))
        for text in shipped_texts()
    ]
    return [*shipped, *_own(session), *_given(session, given)]


def policy_check_page(checked: Sequence[Checked]) -> Page:
    """Show what was checked, and every fault."""
    faults = [fault for each in checked for fault in each.faults]
    return Page(
        title=f"{len(checked)} 份政策文件，{f'{len(faults)} 处毛病' if faults else '都没有毛病'}",
        facts={"sound": not faults},
        tables=[
            Table(
                key="files",
                heading="",
                columns=_FILES,
                rows=[(each.file, each.origin, len(each.faults)) for each in checked],
            ),
            Table(
                key="faults",
                heading="毛病",
                columns=_FAULTS,
                rows=[
                    (each.file, each.key or None, each.code, each.reason, each.remedy)
                    for each in faults
                ],
            ),
        ],
    )


def _own(session: Session) -> Iterator[Checked]:
    """Judge the ledger's own files: another month's facts may be what a file stumbles over."""
    found: dict[PolicyText, list[PolicyError]] = {}
    for month in months_of_change(session, 0):
        own = files_in_force(session, month)
        for text in own:
            known = found.setdefault(text, [])
            told = {fault.reason for fault in known}
            known += [fault for fault in faults_of(text, own) if fault.reason not in told]
    for text, faults in found.items():
        yield Checked(file=text.file, origin=PolicyOrigin.LEDGER, faults=faults)


def _given(session: Session, paths: Sequence[Path]) -> Iterator[Checked]:
    """Judge files beside the ledger's own; given facts count for the schemes given with them."""
    own = files_in_force(session, LAST_MONTH)
    texts: list[PolicyText] = []
    for path in paths:
        try:
            texts.append(read_policy_file(path))
        except PolicyError as error:
            yield Checked(file=path.name, origin=PolicyOrigin.GIVEN, faults=error.faults)
    for text in sorted(texts, key=lambda each: each.key != FACTS_KEY):
        faults = faults_of(text, own)
        if text.key == FACTS_KEY and not faults:
            own = beside(own, text)
        yield Checked(file=text.file, origin=PolicyOrigin.GIVEN, faults=faults)
