"""Dirt: what clerks and spreadsheets do to a row, and what the importer must say about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from samples.page import Cell, Page

Row = dict[str, Cell]
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass(frozen=True, slots=True)
class Stain:
    """A change to a row's cells. ``code`` empty: read without a word."""

    change: Callable[[Row], None]
    code: str = ""
    field: str = ""
    refuses: bool = False


def put(header: str, value: Cell | Callable[[str], Cell]) -> Callable[[Row], None]:
    """Make a change that puts a value, or one made of what stood there, under a header."""

    def change(row: Row) -> None:
        row[header] = value(str(row[header])) if callable(value) else value

    return change


def soil(dice: Random, subjects: Sequence[object], stains: Sequence[Stain]) -> dict[int, Stain]:
    """Spread stains over subjects, one each; the key is the subject's ``id()``."""
    chosen = dice.sample(subjects, len(stains))
    return {id(subject): stain for subject, stain in zip(chosen, stains, strict=True)}


def lay(page: Page, headers: Sequence[str], row: Row, *, key: str, stain: Stain | None) -> int:
    """Append a row, with its stain; give its number."""
    if stain:
        stain.change(row)
    number = page.add([row.get(header, "") for header in headers], key=key)
    if stain and stain.code:
        page.plant(number, stain.code, stain.field, refuses=stain.refuses)
    return number


def as_number(text: str) -> float:
    """Do to an id number what a spreadsheet does: keep fifteen digits, as a number."""
    return float(f"{text[:15]}000")


def as_scientific(text: str) -> str:
    """Show an id number as a spreadsheet does, and save what is shown."""
    return f"{int(text[:17]) / 1e16:.5f}E+17"


def with_letters(text: str) -> str:
    """Type the letter O for noughts."""
    return text[:6] + text[6:].replace("0", "O")


def off_by_one(text: str) -> str:
    """Change the last digit before the check character."""
    return text[:16] + str((int(text[16]) + 2) % 10) + text[17:]


def full_width(text: str) -> str:
    """Type in full-width figures."""
    return text.translate(_FULL_WIDTH)


def in_groups(text: str) -> str:
    """Put blanks into an id number, as on the card's picture."""
    return f"{text[:6]} {text[6:14]} {text[14:]}"


def spaced(name: str) -> str:
    """Stretch a name of two characters to the width of three."""
    return f"{name[0]}　{name[1:]}" if len(name) == 2 else f"{name[0]} {name[1:]}"


def fifteen(text: str) -> str:
    """Give an id number in the form of before 1999."""
    return text[:6] + text[8:17]
