"""``policy show dropout``: the figures of a norm file, each version with its document.

JSON: ``{"key", "file", "on", "norms": [{"norm", "from", "in_force", "value", "document",
"confidence"}]}``; ``value`` as the file has it, ``file`` the ledger's own that sets some of them.
"""

from datetime import date

from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.policies.norms import all_norms, norms, value_words
from jingzhun.store.policy_files import own_files

_COLUMNS = (
    Column(key="norm", title="指标"),
    Column(key="from", title="自", kind=ColumnKind.DATE),
    Column(key="in_force", title="现行", kind=ColumnKind.FLAG),
    Column(key="value", title="规定"),
    Column(key="document", title="依据"),
    Column(key="confidence", title="核实", kind=ColumnKind.LABEL),
)
_TITLES = {
    "dropout": "控辍保学的指标",
    "warning": "辍学预警的分值",
    "pairing": "结对帮扶的指标",
    "secondments": "下派、支教、挂职、培训的指标",
    "kindergartens": "幼儿园结对的指标",
}


def norms_page(session: Session, name: str, on: date) -> Page:
    """Show every version of every figure of a norm file.

    Raises:
        PolicyError: the ledger's own file is broken.
    """
    own = own_files(session, on)
    held = norms(name, on, own)
    rows = [
        (key, norm.starts, norm == held[key], norm.value, norm.document, norm.confidence)
        for key, versions in all_norms(name, own).items()
        for norm in versions
    ]
    file = next((text.file for text in own if text.key == name), None)
    table = Table(key="norms", heading="", columns=_COLUMNS, rows=rows, shown_in=PROGRAMS)
    change = f"改成本地的：先 jingzhun policy show {name} --toml --out {name}.toml，"
    told = Table(
        key="norms",
        heading="",
        columns=_COLUMNS,
        rows=[(*row[:3], value_words(row[0], row[3]), *row[4:]) for row in rows],
        notes=(f"{change}改好后 jingzhun policy use {name}.toml。",),
        shown_in=PEOPLE,
    )
    return Page(
        title=_TITLES[name],
        facts={"key": name, "file": file, "on": on.isoformat()},
        tables=(table, told),
        notes=(f"本账本自己的文件：{file}。",) if file else (),
    )
