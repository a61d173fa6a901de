"""``jingzhun check``: every invariant of the ledger, looked at one by one.

Triggers and constraints keep these rules from inside; here they are asked again from outside, as an
auditor would, of a file that may have been changed by other means. To add one: a function that
gives :class:`Finding`, named in ``CHECKS``.
"""

from collections.abc import Iterator

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.services.checks import books, file, payments, runs, traces
from jingzhun.services.checks.finding import Check, Finding

__all__ = ["CHECKS", "check_page", "findings_of"]

CHECKS: tuple[Check, ...] = (
    *file.CHECKS,
    *traces.CHECKS,
    *books.CHECKS,
    *runs.CHECKS,
    *payments.CHECKS,
)

_CHECKS = (
    Column(key="check", title="代号"),
    Column(key="title", title="必须成立"),
    Column(key="findings", title="发现", kind=ColumnKind.COUNT),
)
_FINDINGS = (
    Column(key="check", title="代号"),
    Column(key="place", title="位置"),
    Column(key="found", title="发现"),
    Column(key="remedy", title="办法"),
)


def findings_of(session: Session) -> Iterator[tuple[Check, list[Finding]]]:
    """Look at every invariant in turn, as far as a damaged file can be read."""
    is_damaged = False
    for check in CHECKS:
        try:
            found = list(check.look(session))
        except (DatabaseError, ValueError, TypeError):
            if is_damaged:
                continue
            raise
        yield check, found
        is_damaged = is_damaged or (check is file.WHOLE and bool(found))


def check_page(session: Session) -> tuple[Page, bool]:
    """Give what was looked at and what was found, and whether nothing was.

    JSON: ``{"clean", "checks": [{"check", "title", "findings"}], "findings": [{"check", "place",
    "found", "remedy"}]}``.
    """
    looked = list(findings_of(session))
    rows = [
        (check.name, finding.place, finding.found, finding.remedy)
        for check, found in looked
        for finding in found
    ]
    checks = Table(
        key="checks",
        heading="查了什么",
        columns=_CHECKS,
        rows=[(check.name, check.title, len(found)) for check, found in looked],
    )
    findings = Table(key="findings", heading="发现的问题", columns=_FINDINGS, rows=rows)
    words = (
        f"查了 {len(looked)} 项，发现 {len(rows)} 处问题。"
        if rows
        else "各项都成立，没有发现问题。"
    )
    page = Page(
        title="账本检查",
        facts={"clean": not rows},
        tables=[findings, checks] if rows else [checks, findings],
        notes=[words],
    )
    return page, not rows
