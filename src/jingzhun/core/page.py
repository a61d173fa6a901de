"""What a command shows: a page of tables for the screen and for programs, of sheets for paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jingzhun.core.paper import Paper
from jingzhun.core.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a command shows: a title, facts, tables, notes.

    JSON is ``{**facts, table.key: [records], …}`` and nothing else; people see the title, the
    tables shown in their format, and the notes. Values in ``facts`` are plain JSON values, already
    masked. Where there are ``sheets``, HTML shows these in place of the tables: pages or documents
    that begin on a new sheet of paper each; documents stand in a workbook too.
    """

    title: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    sheets: Sequence["Page | Paper"] = ()
