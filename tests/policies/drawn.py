"""Random worlds and random schemes, drawn by Hypothesis."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from jingzhun.core.conditions import (
    FACTS,
    OPS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Defined,
    Definition,
    FactType,
    Op,
)
from jingzhun.core.money import Fen
from jingzhun.core.policy import Pack, Rate, Scheme, Share, Split, Version
from jingzhun.core.policy_vocabulary import FeePart, Recipient, Yields
from jingzhun.core.terms import Month
from jingzhun.core.vocabulary import (
    Boarding,
    Category,
    Confidence,
    CountyType,
    Delivery,
    HukouKind,
    Stage,
    Tier,
    Unit,
)
from tests.builders import World
from tests.policies.worlds import put_fees, put_pupil, put_twins, put_word

NOVEMBER = [date(2026, 10, 28) + timedelta(offset) for offset in range(40)]
SCHOOLS = ("青禾小学", "白石小学")
ETHNICITIES = ("汉族", "保安族", "东乡族")
Drawn = dict[str, Any]


def spells(values: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to three spells that do not overlap, with or without gaps between them."""

    def cut(drawn: tuple[list[date], list[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        bounds, found, is_open = drawn
        ends = sorted(set(bounds))
        made = [
            {"from": start, "until": end, **value}
            for start, end, value in zip(ends, [*ends[1:], None], found, strict=False)
        ]
        if made and not is_open and made[-1]["until"] is None:
            made.pop()
        return made

    days: st.SearchStrategy[list[date]] = st.lists(
        st.sampled_from([date(2026, 9, 1), *NOVEMBER]), min_size=1, max_size=4
    )
    return st.tuples(days, st.lists(values, min_size=1, max_size=3), st.booleans()).map(cut)


PLACES = st.fixed_dictionaries(
    {
        "school": st.sampled_from(SCHOOLS),
        "stage": st.sampled_from([stage.value for stage in Stage]),
        "grade": st.sampled_from([None, -1, 3, 8, 12]),
    }
)
PUPILS = st.fixed_dictionaries(
    {
        "enrolment": spells(PLACES),
        "boarding": spells(st.fixed_dictionaries({"boarding": st.sampled_from(list(Boarding))})),
        "category": spells(
            st.fixed_dictionaries(
                {
                    "category": st.sampled_from(list(Category)),
                    "risk_removed": st.sampled_from([None, True, False]),
                }
            )
        ),
        "recognition": spells(
            st.fixed_dictionaries({"tier": st.sampled_from([None, *(tier.value for tier in Tier)])})
        ).map(lambda found: [spell for spell in found if spell["until"]]),
        "standing": spells(
            st.sampled_from(
                [
                    {"standing": "suspended", "change": "suspension"},
                    {"standing": "left", "change": "transfer_out", "school": SCHOOLS[0]},
                ]
            )
        ),
        "absences": st.sets(st.sampled_from(NOVEMBER), max_size=3),
        "meals": st.dictionaries(st.sampled_from(SCHOOLS), st.integers(0, 21)).map(
            lambda counts: [
                {"school": school, "month": 202611, "days": days} for school, days in counts.items()
            ]
        ),
        "person": st.fixed_dictionaries(
            {
                "ethnicity": st.sampled_from([None, *ETHNICITIES]),
                "hukou_kind": st.sampled_from([None, *(kind.value for kind in HukouKind)]),
                "is_farming_major": st.sampled_from([None, False, True]),
                "is_orphan": st.sampled_from([None, False, True]),
                "disability_no": st.sampled_from([None, "", "62999920140506001641"]),
                "disability_kind": st.sampled_from([None, "", "听力残疾"]),
            }
        ),
    }
)
_FLAGS = st.sampled_from([None, False, True])
SCHOOL = st.fixed_dictionaries(
    {
        **dict.fromkeys(("is_rural", "in_nutrition_plan", "is_public"), _FLAGS),
        "county_type": st.sampled_from([None, *(kind.value for kind in CountyType)]),
    }
)
FEES = st.lists(
    st.fixed_dictionaries(
        {
            "school": st.sampled_from(SCHOOLS),
            "stage": st.sampled_from([stage.value for stage in Stage]),
            "from": st.sampled_from([date(2013, 9, 1), date(2026, 9, 1), date(2026, 11, 3)]),
            "unit": st.sampled_from(["month", "term"]),
            "fee_fen": st.integers(0, 90001),
            "public_fee_fen": st.integers(0, 90001),
        }
    ),
    max_size=6,
    unique_by=lambda fee: (fee["school"], fee["stage"], fee["from"]),
)

#: What is set of the calendar, of all schools or of one: days, and when the term begins and ends.
WHERE = st.sampled_from(["", *SCHOOLS])
DAYS = st.tuples(st.sampled_from(NOVEMBER), st.integers(0, 9)).map(
    lambda pair: {"first": pair[0], "last": pair[0] + timedelta(pair[1])}
)
FIRSTS = [None, date(2026, 8, 31), date(2026, 11, 3), date(2026, 11, 12), date(2026, 12, 2)]
LASTS = [None, date(2026, 12, 18), date(2027, 1, 15)]
ENDS = [{"first": first, "last": last} for first in FIRSTS for last in LASTS if first or last]


def about(
    shared: dict[str, st.SearchStrategy[Any]], parts: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a setting: what it says of whom, and of which days."""
    drawn = st.tuples(st.fixed_dictionaries({"school": WHERE, **shared}), parts)
    return drawn.map(lambda pair: {**pair[0], **pair[1]})


WORDS = st.lists(
    st.one_of(
        about({"said": st.sampled_from(["closed", "taught", "usual"])}, DAYS),
        about({"said": st.just("term"), "term": st.just("2026秋")}, st.sampled_from(ENDS)),
    ),
    max_size=5,
)

#: Pupils who are at a school of their age and poor, as nearly all are of whom a list tells: without
#: them hardly a random world would pay by every scheme.
YEARS = [
    ("preschool", -2), ("preschool", -1), ("primary", 3), ("junior", 8), ("senior", 10),
    ("vocational", 10), ("vocational", 12), ("college", 1), ("university", 2),
]  # fmt: skip
ENTRIES = st.sampled_from([date(2026, 8, 1), date(2026, 9, 1), date(2026, 11, 3)])
LEAVINGS = st.sampled_from([None, None, date(2026, 11, 16), date(2026, 12, 1)])


def settled(values: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """One spell from before or within November on, that may end."""
    drawn = st.tuples(ENTRIES, LEAVINGS, values)
    return drawn.map(lambda each: [{"from": each[0], "until": each[1], **each[2]}])


def one_of(key: str, *values: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a mapping of one key."""
    return st.fixed_dictionaries({key: st.sampled_from(values)})


PLACED = st.tuples(st.sampled_from(SCHOOLS), st.sampled_from(YEARS)).map(
    lambda pair: {"school": pair[0], "stage": pair[1][0], "grade": pair[1][1]}
)
SETTLED = st.fixed_dictionaries(
    {
        "enrolment": settled(PLACED),
        "boarding": settled(one_of("boarding", "boarder", "day")),
        "category": settled(one_of("category", "lifted", "rural_allowance", "urban_allowance")),
        "recognition": st.just([])
        | settled(one_of("tier", None, "special", "hard", "ordinary")).map(
            lambda found: [spell | {"until": date(2027, 9, 1)} for spell in found]
        ),
        "person": st.fixed_dictionaries(
            {
                "ethnicity": st.sampled_from(ETHNICITIES),
                "hukou_kind": st.sampled_from(["rural", "urban"]),
                "is_farming_major": st.sampled_from([None, True]),
            }
        ),
    }
)
#: Every stage of every school has a fee, and the schools are in the nutrition plan.
CHARGED = st.tuples(*[st.integers(0, 90001)] * 4).map(
    lambda fen: [
        {
            "school": school,
            "stage": stage.value,
            "from": date(2026, 7, 1),
            "unit": unit,
            "fee_fen": fen[place],
            "public_fee_fen": fen[place + 2],
        }
        for place, (school, unit) in enumerate(zip(SCHOOLS, ("month", "term"), strict=True))
        for stage in Stage
    ]
)
PLANNED = SCHOOL.map(lambda attributes: attributes | {"in_nutrition_plan": True})

#: Whether all pupils were confirmed to be one human.
TWINS = st.sampled_from([False, False, True])

#: Everything that a month may turn on.
WORLDS: st.SearchStrategy[Drawn] = st.one_of(
    st.fixed_dictionaries(
        {
            "pupils": st.lists(PUPILS, min_size=1, max_size=4),
            "words": WORDS,
            "fees": FEES,
            "schools": st.tuples(SCHOOL, SCHOOL),
            "are_twins": TWINS,
        }
    ),
    st.fixed_dictionaries(
        {
            "pupils": st.lists(SETTLED | PUPILS, min_size=4, max_size=10),
            "words": WORDS,
            "fees": CHARGED,
            "schools": st.tuples(PLANNED, PLANNED),
            "are_twins": TWINS,
        }
    ),
)


def moved(drawn: Any, month: Month) -> Any:
    """Give a drawn world as it would be about another month than November 2026; no calendar."""
    days = (month.period.start - date(2026, 11, 1)).days
    match drawn:
        case date():
            return drawn + timedelta(days)
        case dict():
            kept = {key: moved(value, month) for key, value in drawn.items()}
            words: Drawn = {"words": []} if "words" in kept else {}
            meals: Drawn = {"month": month.number} if "month" in kept else {}
            return kept | words | meals
        case list() | tuple() | set():
            return type(drawn)(moved(value, month) for value in drawn)
        case _:
            return drawn


def put_world(world: World, drawn: Drawn) -> None:
    """Write a drawn world; of twins all pupils were confirmed to be one human."""
    for name, attributes in zip(SCHOOLS, drawn["schools"], strict=True):
        world.school(name, **attributes)
    put_fees(world, drawn["fees"])
    people = [put_pupil(world, pupil) for pupil in drawn["pupils"]]
    if drawn["are_twins"]:
        for one, other in combinations(sorted(person.identity for person in people), 2):
            put_twins(world, one, other)
    for word in drawn["words"]:
        put_word(world, **word)


# --- schemes nobody has written yet -------------------------------------------------------------


OF_PUPILS = {name for name, fact in FACTS.items() if Recipient.PUPIL in fact.of}


def _values(fact: str) -> st.SearchStrategy[Any]:
    match FACTS[fact].type:
        case FactType.FLAG:
            return st.booleans()
        case FactType.NUMBER:
            return st.integers(1, 9)
        case _ if fact == "ethnicity":
            return st.sampled_from(ETHNICITIES)
        case _:
            return st.sampled_from([word.value for word in FACTS[fact].words])


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    fact = draw(st.sampled_from(sorted(OF_PUPILS)))
    op = draw(st.sampled_from(sorted(OPS[FACTS[fact].type])))
    size = 3 if op in {Op.IN, Op.NOT_IN} else 1
    found = draw(st.lists(_values(fact), min_size=1, max_size=size))
    return Comparison(fact, op, tuple(found))


def _named(condition: Condition) -> Definition:
    return Definition(
        name="named",
        title="某类",
        starts=date(2010, 1, 1),
        document="文件",
        confidence=Confidence.CONFIRMED,
        body=condition,
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.tuples(inner, st.booleans()).map(lambda pair: Defined(_named(pair[0]), pair[1])),
    ),
    max_leaves=6,
)


AMOUNTS = st.integers(0, 99999).map(Fen)
WHENS = st.lists(CONDITIONS, min_size=1, max_size=2).map(tuple)
SPLITS = st.lists(
    st.builds(Split, shares=st.just((Share(source="省", weight=1),)), when=WHENS), max_size=2
).map(tuple)


def rates_of(unit: Unit, yields: Yields) -> st.SearchStrategy[Rate]:
    if yields is Yields.SETS:
        return st.builds(Rate, sets=st.integers(1, 3))
    plain = st.builds(Rate, amount_fen=AMOUNTS)
    if unit is not Unit.TERM or yields is Yields.LOAN:
        return plain
    parts = st.sampled_from(list(FeePart))
    return plain | st.builds(Rate, fee=parts, amount_fen=st.none() | AMOUNTS)


@st.composite
def versions(draw: st.DrawFn, starts: date, unit: Unit) -> Version:
    is_whole = unit in {Unit.TERM, Unit.YEAR}
    yields = draw(st.sampled_from(list(Yields))) if is_whole else Yields.MONEY
    rates = rates_of(unit, yields)
    found = [replace(draw(rates), when=when) for when in draw(st.lists(WHENS, max_size=2))]
    if not found or draw(st.booleans()):
        found.append(draw(rates))
    return Version(
        starts=starts,
        said_from=starts.isoformat(),
        document="文件",
        confidence=Confidence.CONFIRMED,
        clause="条文",
        unit=unit,
        delivery=Delivery.CARD,
        yields=yields,
        conditions=tuple(draw(st.lists(CONDITIONS, min_size=1, max_size=2))),
        rates=tuple(found),
        splits=draw(SPLITS),
    )


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """One scheme, whose version may change inside November."""
    unit = draw(st.sampled_from(list(Unit)))
    found = [draw(versions(date(2020, 1, 1), unit))]
    if draw(st.booleans()):
        found.append(draw(versions(date(2026, 11, 12), unit)))
    scheme = Scheme(key="own", title="校内项目", versions=tuple(found))
    return Pack(name="own", title="校内", schemes=(scheme,))
