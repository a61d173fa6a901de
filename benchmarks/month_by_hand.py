"""November's rules as somebody who knows them would write them for SQLite, statement by statement.

All schemes of the pack ``plan``; a set of books and a loan are not due in November, and no county
has set what a teacher gets.
"""

FIRST, LAST, DAYS = "2026-11-02", "2026-11-30", 21


def _held(table: str, day: str) -> str:
    return (
        f"{table}.superseded_in IS NULL AND {table}.valid_from <= {day}"
        f" AND ({table}.valid_until IS NULL OR {table}.valid_until > {day})"
    )


def _present(day: str) -> str:
    away = f"s.person_id = e.person_id AND {_held('s', day)}"
    return (
        f"{_held('e', day)} AND NOT EXISTS (SELECT 1 FROM standing s"
        f" WHERE {away} AND (s.school_id IS NULL OR s.school_id = e.school_id))"
    )


def _category(rule: str, day: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM household_category c WHERE c.household_id = p.household_id"
        f" AND {_held('c', day)} AND ({rule}))"
    )


def _boards(words: str, day: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM boarding b WHERE b.person_id = e.person_id"
        f" AND {_held('b', day)} AND b.boarding IN ({words}))"
    )


_REGISTERED = (
    "c.category = 'lifted' OR c.category IN ('unstable', 'marginal', 'sudden', 'prevention')"
    " AND c.risk_removed IS NOT 1"
)
_ALLOWED = (
    f"{_REGISTERED} OR c.category IN"
    " ('rural_allowance', 'urban_allowance', 'rural_destitute', 'urban_destitute')"
)
_FOUR = f"{_REGISTERED} OR c.category IN ('rural_allowance', 'rural_destitute')"
_COMPULSORY = "e.stage IN ('primary', 'junior')"
_PUPILS = "FROM enrolment e JOIN person p ON p.id = e.person_id"
_INTO = (
    "INSERT INTO run_line (run_id, scheme, person_id, month, school_id, stage, grade, class_no,"
    " days, rate_fen, amount_fen, version_from, split_no)"
)
_LINE = "e.person_id, 202611, e.school_id, e.stage, e.grade, e.class_no"


def _poor(day: str) -> str:
    return (
        f"({_category(_ALLOWED, day)} OR p.is_orphan OR EXISTS (SELECT 1 FROM recognition r"
        f" WHERE r.person_id = e.person_id AND {_held('r', day)}))"
    )


def _changes(table: str) -> str:
    return (
        f"{table}.superseded_in IS NULL AND ({table}.valid_from > '{FIRST}'"
        f" AND {table}.valid_from <= '{LAST}'"
        f" OR {table}.valid_until > '{FIRST}' AND {table}.valid_until <= '{LAST}')"
    )


def _month(
    scheme: str, rate: str, starts: str, where: str, *, split: str = "NULL", fee: str = ""
) -> str:
    """The third of a term's five months."""
    joined = (
        f"""{fee} school_fee f ON f.school_id = e.school_id AND f.stage = e.stage
            AND f.valid_from = (SELECT max(valid_from) FROM school_fee g WHERE
            g.school_id = f.school_id AND g.stage = f.stage AND g.valid_from <= '{FIRST}')"""
        if fee
        else ""
    )
    return f"""{_INTO} SELECT 1, '{scheme}', {_LINE}, NULL, {rate},
        ({rate}) * 3 / 5 - ({rate}) * 2 / 5, '{starts}', {split} {_PUPILS} {joined}
        WHERE {_present(_DAY)} AND {where} {f"AND ({rate}) > 0" if fee else ""}
        ORDER BY e.person_id"""


def _tier(word: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM recognition r WHERE r.person_id = e.person_id"
        f" AND {_held('r', _DAY)} AND r.tier = '{word}')"
    )


def _by_tier(special: int, ordinary: int, usual: int) -> str:
    return (
        f"CASE WHEN {_tier('special')} THEN {special} WHEN {_tier('ordinary')} THEN {ordinary}"
        f" ELSE {usual} END"
    )


_DAY = f"'{FIRST}'"
_DISABLED = "coalesce(p.disability_no, '') <> '' OR coalesce(p.disability_kind, '') <> ''"
_NATIONAL = "CASE WHEN s.county_type = 'national' THEN 0 END"
_WAIVED = "min(f.fee_fen, f.public_fee_fen) * CASE f.unit WHEN 'month' THEN 5 ELSE 1 END"
_LEFT = (
    "min(50000, (f.fee_fen - min(f.fee_fen, f.public_fee_fen))"
    " * CASE f.unit WHEN 'month' THEN 5 ELSE 1 END)"
)
_SENIOR = f"e.stage = 'senior' AND ({_category(_FOUR, _DAY)} OR ({_DISABLED}) AND {_poor(_DAY)})"

HAND = (
    _month(
        "boarding_living",
        "CASE e.stage WHEN 'primary' THEN 62500 ELSE 75000 END",
        "2024-03-01",
        f"{_COMPULSORY} AND {_boards(repr('boarder'), _DAY)} AND {_category(_REGISTERED, _DAY)}",
        split="0",
    ),
    _month(
        "college_fee",
        "250000",
        "2015-09-01",
        f"e.stage = 'college' AND {_poor(_DAY)}",
        split="0",
    ),
    _month(
        "day_living",
        "CASE e.stage WHEN 'primary' THEN 31250 ELSE 37500 END",
        "2024-03-01",
        f"{_COMPULSORY} AND {_boards(repr('day'), _DAY)}"
        f" AND ({_category(_FOUR, _DAY)} OR ({_DISABLED}) AND {_poor(_DAY)})",
        split="0",
    ),
    _month(
        "living_extra",
        "12500",
        "2011-09-01",
        f"{_COMPULSORY} AND p.ethnicity IN ('保安族', '裕固族', '撒拉族', '土族')"
        f" AND {_boards(repr('boarder'), _DAY)}",
        split="0",
    ),
    f"""CREATE TEMP TABLE moved AS
        SELECT person_id FROM enrolment e WHERE {_changes("e")}
        UNION SELECT person_id FROM standing s WHERE {_changes("s")}
        UNION SELECT person_id FROM recognition r WHERE {_changes("r")}
        UNION SELECT p.id FROM household_category c JOIN person p USING (household_id)
            WHERE {_changes("c")}""",
    f"""{_INTO} SELECT 1, 'nutrition', {_LINE}, {DAYS}, 400, {DAYS * 400}, '2014-11-01',
        {_NATIONAL} {_PUPILS} JOIN school s ON s.id = e.school_id
        WHERE {_present(_DAY)} AND {_COMPULSORY} AND {_poor(_DAY)}
        AND e.person_id NOT IN (SELECT person_id FROM moved) ORDER BY e.person_id""",
    f"""WITH RECURSIVE month(day) AS (SELECT '{FIRST}' UNION ALL
            SELECT date(day, '+1 day') FROM month WHERE day < '{LAST}'),
        taught AS (SELECT day FROM month WHERE strftime('%w', day) BETWEEN '1' AND '5')
        {_INTO} SELECT 1, 'nutrition', {_LINE}, count(*), 400, 400 * count(*),
            '2014-11-01', {_NATIONAL}
        FROM moved m CROSS JOIN enrolment e ON e.person_id = m.person_id
            CROSS JOIN school s ON s.id = e.school_id
            CROSS JOIN person p ON p.id = m.person_id CROSS JOIN taught d
        WHERE {_present("d.day")} AND e.stage IN ('primary', 'junior') AND {_poor("d.day")}
        GROUP BY e.person_id, e.school_id""",
    _month(
        "preschool_fee",
        f"CASE e.grade WHEN -1 THEN coalesce({_LEFT}, 50000) ELSE 50000 END",
        "2025-09-01",
        f"e.stage = 'preschool' AND {_poor(_DAY)}",
        split="0",
        fee="LEFT JOIN",
    ),
    _month(
        "preschool_year",
        _WAIVED,
        "2025-09-01",
        "e.stage = 'preschool' AND e.grade = -1",
        fee="JOIN",
    ),
    _month("senior_fee", _WAIVED, "2016-09-01", _SENIOR, fee="JOIN"),
    _month(
        "senior_grant",
        _by_tier(175000, 60000, 115000),
        "2025-03-01",
        f"e.stage = 'senior' AND {_poor(_DAY)}",
    ),
    _month(
        "university_grant",
        _by_tier(250000, 125000, 185000),
        "2024-09-01",
        f"e.stage IN ('college', 'university') AND {_poor(_DAY)}",
    ),
    _month(
        "vocational_fee",
        _WAIVED,
        "2012-09-01",
        f"e.stage = 'vocational' AND e.grade IN (10, 11, 12) AND (p.hukou_kind = 'rural'"
        f" OR p.is_farming_major OR {_poor(_DAY)})",
        fee="JOIN",
    ),
    _month(
        "vocational_grant",
        "100000",
        "2025-03-01",
        f"e.stage = 'vocational' AND e.grade IN (10, 11, 12) AND {_poor(_DAY)}",
    ),
    _month(
        "yulu",
        "150000",
        "2015-03-01",
        f"e.stage IN ('vocational', 'college') AND {_category(_REGISTERED, _DAY)}",
    ),
)
