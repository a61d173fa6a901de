"""What each imported list was a list of, so that the next one can be compared with it."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.store.schema.base import Base


class ListScope(Base):
    """The rows of one kind in one import, and its schools or villages.

    ``scope`` is their names in order; a list of one grade or class names that too. Rows given back
    to be mended are no list and leave nothing here.
    """

    __tablename__ = "list_scope"
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str]
    row_count: Mapped[int]
    __table_args__ = (Index(None, "kind", "scope"), {"sqlite_with_rowid": False})
