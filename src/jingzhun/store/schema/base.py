"""What every table shares: named constraints, the types of columns, two checks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, DateTime, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase

from jingzhun.core.labels import Labelled
from jingzhun.core.money import Fen


class Base(DeclarativeBase):
    """The declarative base; constraints are named by convention."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        Fen: Integer,
        str: String,
        date: Date,
        datetime: DateTime,
        list[str]: JSON,
        dict[str, Any]: JSON,
    }


def one_of(column: str, words: type[Labelled]) -> CheckConstraint:
    """Hold a column to the codes of a vocabulary."""
    codes = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({codes})", name=column)


def interval() -> CheckConstraint:
    """Hold a timeline row to a half-open interval that is not empty."""
    return CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="interval")
