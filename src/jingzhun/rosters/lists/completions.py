"""Registers whose rows say more than their cells: what completes each; the others just complete."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import RegisterSpec
from jingzhun.rosters.lists.activities import complete_activities
from jingzhun.rosters.lists.aid import complete_account, complete_aid
from jingzhun.rosters.lists.donations import complete_donations
from jingzhun.rosters.lists.dropouts import complete_ledger
from jingzhun.rosters.lists.duties import (
    complete_checklists,
    complete_contributions,
    complete_incomes,
    complete_plans,
)
from jingzhun.rosters.lists.facilities import complete_facilities
from jingzhun.rosters.lists.kindergartens import complete_pairs, complete_results
from jingzhun.rosters.lists.secondments import complete_secondments
from jingzhun.rosters.reading import Draft

COMPLETIONS: Mapping[Kind, Callable[[Draft, RegisterSpec], None]] = MappingProxyType(
    {
        Kind.DROPOUT_LEDGER: complete_ledger,
        Kind.AID_LIST: complete_aid,
        Kind.AID_PAYMENT: complete_aid,
        Kind.FEE_WAIVER: complete_aid,
        Kind.ACCOUNT_LIST: complete_account,
        Kind.PAYEE_ACCOUNT: complete_account,
        Kind.DONATIONS: complete_donations,
        Kind.FACILITY_PROJECTS: complete_facilities,
        Kind.KINDERGARTEN_ACTIVITIES: complete_activities,
        Kind.KINDERGARTEN_PAIRS: complete_pairs,
        Kind.KINDERGARTEN_RESULTS: complete_results,
        Kind.SECONDMENTS: complete_secondments,
        Kind.CONTRIBUTIONS: complete_contributions,
        Kind.HOUSEHOLD_PLANS: complete_plans,
        Kind.CHECKLISTS: complete_checklists,
        Kind.HOUSEHOLD_INCOMES: complete_incomes,
    }
)
