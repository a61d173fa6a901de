"""What a list says otherwise than what holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What a row says otherwise than the ledger holds, and the row that it holds it by.

    ``subject`` is the person's or household's id.
    """

    row_number: int
    subject: int
    field: str
    said: str
    held: str
    held_sheet: int
    held_row: int
