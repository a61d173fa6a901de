"""What schools ask for 收费标准: waivers are measured by it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from jingzhun.core import vocabulary
from jingzhun.core.money import Fen
from jingzhun.store.schema.base import Base, one_of


class SchoolFee(Base):
    """The fee of a school for the pupils of a stage, from a day until the next row of both.

    ``fee_fen`` is what the school asks by ``unit``; ``public_fee_fen`` what a public school of the
    same kind asks, for a private school's waiver is measured by that. A public school has the same
    in both.
    """

    __tablename__ = "school_fee"
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    unit: Mapped[str]
    fee_fen: Mapped[Fen]
    public_fee_fen: Mapped[Fen]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("import_sheet.id"), index=True)
    row_number: Mapped[int]
    __table_args__ = (
        one_of("stage", vocabulary.Stage),
        CheckConstraint("unit IN ('month', 'term')", name="unit"),
        CheckConstraint("fee_fen >= 0 AND public_fee_fen >= 0", name="amount"),
        {"sqlite_with_rowid": False},
    )
