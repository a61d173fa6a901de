"""The ledger's tables, as mapped classes; Core statements are built on these.

Five families. *Imports* record which file, sheet and row said what. *Registry* holds villages,
households, persons, schools, staff, and the dated facts about them. *Registers* hold entries of
other lists. *Subsidy* holds runs and their lines. *Money* holds the journal and payment batches.

Dated facts live in **timelines**: tables keyed ``(subject, valid_from, recorded_in)`` whose rows
are half-open intervals. ``sheet_id`` and ``row_number`` say where the fact came from,
``recorded_in`` which sheet wrote this row of it. Nothing is overwritten: when a later statement
changes a fact, the old row gets ``superseded_in`` (the sheet that replaced it) and new rows are
written, so the ledger still knows what it knew before. A fact as known today has
``superseded_in IS NULL``; undoing an import deletes what its sheets recorded and revives what they
superseded.

Invariant: dates are ISO text in SQLite through SQLAlchemy's Date, moments are UTC, money is integer
fen, enums hold the codes of ``core.vocabulary``.

A module of this room is loaded when something asks for one of its classes: mapping a class costs as
much as a query, and most commands touch few. ``Base`` comes with all of them, and so does a session
that writes (``store.engine``), because what it writes may refer to any table.
"""

# ruff: noqa: F401 - other rooms import the classes from here

from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jingzhun.store.schema.base import Base
    from jingzhun.store.schema.calendar import CalendarWord
    from jingzhun.store.schema.cases import CaseStep, DropoutCase
    from jingzhun.store.schema.days import MealHeadcount
    from jingzhun.store.schema.duties import (
        ChecklistItem,
        Contribution,
        HouseholdIncome,
        HouseholdPlan,
    )
    from jingzhun.store.schema.facts import (
        Absence,
        BoardingSpell,
        Enrolment,
        HouseholdCategory,
        MealDays,
        Pairing,
        Recognition,
        StandingSpell,
        StatusChange,
    )
    from jingzhun.store.schema.fees import SchoolFee
    from jingzhun.store.schema.imports import (
        Claim,
        Import,
        ImportColumn,
        ImportProblem,
        ImportSheet,
        Revision,
        SheetContent,
        Source,
    )
    from jingzhun.store.schema.journal import JournalEntry, Posting
    from jingzhun.store.schema.matching import MatchPair
    from jingzhun.store.schema.payment import Batch, BatchLine, Recovery
    from jingzhun.store.schema.policy import PolicyFile, PolicyUse
    from jingzhun.store.schema.registers import (
        Aid,
        AidPayment,
        Donation,
        FacilityProject,
        KindergartenActivity,
        PayeeAccount,
    )
    from jingzhun.store.schema.registry import Household, Person, School, Staff, Village
    from jingzhun.store.schema.scope import ListScope
    from jingzhun.store.schema.secondments import KindergartenPair, KindergartenResult, Secondment
    from jingzhun.store.schema.spelling import TaughtSpelling
    from jingzhun.store.schema.subsidy import Run, RunLine, RunStep, StaffLine, Trail
    from jingzhun.store.schema.visits import DropoutEntry, Visit

#: The classes of each module.
_CLASSES = {
    "base": ("Base",),
    "calendar": ("CalendarWord",),
    "cases": ("CaseStep", "DropoutCase"),
    "days": ("MealHeadcount",),
    "duties": ("ChecklistItem", "Contribution", "HouseholdIncome", "HouseholdPlan"),
    "facts": (
        "Absence",
        "BoardingSpell",
        "Enrolment",
        "HouseholdCategory",
        "MealDays",
        "Pairing",
        "Recognition",
        "StandingSpell",
        "StatusChange",
    ),
    "fees": ("SchoolFee",),
    "imports": (
        "Claim",
        "Import",
        "ImportColumn",
        "ImportProblem",
        "ImportSheet",
        "Revision",
        "SheetContent",
        "Source",
    ),
    "journal": ("JournalEntry", "Posting"),
    "matching": ("MatchPair",),
    "payment": ("Batch", "BatchLine", "Recovery"),
    "policy": ("PolicyFile", "PolicyUse"),
    "registers": (
        "Aid",
        "AidPayment",
        "Donation",
        "FacilityProject",
        "KindergartenActivity",
        "PayeeAccount",
    ),
    "registry": ("Household", "Person", "School", "Staff", "Village"),
    "scope": ("ListScope",),
    "secondments": ("KindergartenPair", "KindergartenResult", "Secondment"),
    "spelling": ("TaughtSpelling",),
    "subsidy": ("Run", "RunLine", "RunStep", "StaffLine", "Trail"),
    "visits": ("DropoutEntry", "Visit"),
}
_MODULES = MappingProxyType({name: module for module, names in _CLASSES.items() for name in names})


def load_all() -> None:
    """Load every module of tables, so that the metadata knows them all."""
    for file in Path(__file__).parent.glob("[a-z]*.py"):
        import_module(f"{__name__}.{file.stem}")


if not TYPE_CHECKING:  # or mypy would believe that there is a class of any name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(name)
        if name == "Base":
            load_all()
        found = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = found
        return found
