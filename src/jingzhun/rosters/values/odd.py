"""What a cell can give besides a plain value: a fault, or a value with a remark."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell's result that is worth a word.

    ``code`` is a key of ``problems.PROBLEMS``; ``message`` Chinese: what was found, what was
    expected, what to do. ``value`` is what the field holds all the same (None: nothing).
    ``advice`` goes into 修改建议 of the refused rows.
    """

    code: str
    message: str
    value: Any = None
    advice: str = ""
