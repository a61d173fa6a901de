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
"""

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
from jingzhun.store.schema.secondments import (
    KindergartenPair,
    KindergartenResult,
    Secondment,
)
from jingzhun.store.schema.spelling import TaughtSpelling
from jingzhun.store.schema.subsidy import Run, RunLine, RunStep, StaffLine, Trail
from jingzhun.store.schema.visits import DropoutEntry, Visit

__all__ = [
    "Absence",
    "Aid",
    "AidPayment",
    "Base",
    "Batch",
    "BatchLine",
    "BoardingSpell",
    "CalendarWord",
    "CaseStep",
    "ChecklistItem",
    "Claim",
    "Contribution",
    "Donation",
    "DropoutCase",
    "DropoutEntry",
    "Enrolment",
    "FacilityProject",
    "Household",
    "HouseholdCategory",
    "HouseholdIncome",
    "HouseholdPlan",
    "Import",
    "ImportColumn",
    "ImportProblem",
    "ImportSheet",
    "JournalEntry",
    "KindergartenActivity",
    "KindergartenPair",
    "KindergartenResult",
    "ListScope",
    "MatchPair",
    "MealDays",
    "MealHeadcount",
    "Pairing",
    "PayeeAccount",
    "Person",
    "PolicyFile",
    "PolicyUse",
    "Posting",
    "Recognition",
    "Recovery",
    "Revision",
    "Run",
    "RunLine",
    "RunStep",
    "School",
    "SchoolFee",
    "Secondment",
    "SheetContent",
    "Source",
    "Staff",
    "StaffLine",
    "StandingSpell",
    "StatusChange",
    "TaughtSpelling",
    "Trail",
    "Village",
    "Visit",
]
