"""The ledger about itself: where it is, its version and size, how much is in it."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, Column, ColumnKind, Table
from jingzhun.store.engine import SCHEMA_VERSION
from jingzhun.store.schema import (
    Base,
    Enrolment,
    Household,
    Import,
    Pairing,
    Person,
    Run,
    School,
    Staff,
    Trail,
    Village,
)

_COUNTED: tuple[tuple[str, str, type[Base]], ...] = (
    ("imports", "导入", Import),
    ("villages", "村", Village),
    ("households", "户", Household),
    ("persons", "人", Person),
    ("schools", "学校", School),
    ("enrolments", "在籍记录", Enrolment),
    ("staff", "教职工和帮扶人", Staff),
    ("pairings", "结对记录", Pairing),
    ("runs", "资助批次", Run),
    ("trail", "操作留痕", Trail),
)


def ledger_info(session: Session, *, place: str) -> Page:
    """Describe the ledger at ``place``, a path or URL; the size is None where it is not a file."""
    path = Path(place)
    size = path.stat().st_size if "://" not in place and path.is_file() else None
    counts = [
        (key, title, session.scalar(select(func.count()).select_from(table)) or 0)
        for key, title, table in _COUNTED
    ]
    return Page(
        title="账本",
        facts={
            "ledger": place,
            "version": SCHEMA_VERSION,
            "size_bytes": size,
            "counts": {key: count for key, _title, count in counts},
        },
        tables=[
            Table(
                key="contents",
                heading=f"{path.absolute() if size is not None else place}",
                columns=(
                    Column(key="title", title="内容"),
                    Column(key="count", title="条数", kind=ColumnKind.COUNT),
                ),
                rows=[(title, count) for _key, title, count in counts],
                notes=(f"账本版本 {SCHEMA_VERSION}" + (f"，{size:,} 字节。" if size else "。"),),
                shown_in=PEOPLE,
            )
        ],
    )
