"""Rows that are fetched when they are shown, so that no report ever holds a million of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

_AT_ONCE = 1000
Selected = Select[*tuple[Any, ...]]
Record = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRows(Sequence[Record]):
    """The rows of a query, fetched anew whenever they are asked for."""

    session: Session
    query: Selected
    convert: Callable[[Row[*tuple[Any, ...]]], Record]

    def __len__(self) -> int:
        return self.session.scalar(select(func.count()).select_from(self.query.subquery())) or 0

    def __iter__(self) -> Iterator[Record]:
        streamed = self.query.execution_options(yield_per=_AT_ONCE)
        return map(self.convert, self.session.execute(streamed))

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> list[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | list[Record]:
        if isinstance(place, int):
            return self[place : place + 1 or None][0]
        start, stop, step = place.indices(len(self))
        rows = self.session.execute(self.query.offset(start).limit(max(stop - start, 0))).all()
        return [self.convert(row) for row in rows][::step]
