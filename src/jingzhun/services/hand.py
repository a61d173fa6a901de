"""Whose hand is at work: who does something, when, by which words."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who enters it when, with which words."""

    actor: str
    os_user: str
    command: str
    recorded_at: datetime
