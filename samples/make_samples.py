"""Write the sample workbooks and what must come of them.

    python -m samples.make_samples            into samples/ and samples/expected/
    python -m samples.make_samples FOLDER     elsewhere

One seed makes one town; the same seed writes the same bytes.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from samples import aid, days, gifts, groups, helped, people, poverty, rolls, sent
from samples.build import SEED, make_town
from samples.evaluate import FIRST_DAY, SCHOOL_DAYS, Outcome, evaluate
from samples.files import write_text, write_xls, write_xlsx
from samples.page import Page
from samples.town import Town


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One sample file: its pages, from which its expected result follows."""

    number: str
    file_name: str
    pages: Sequence[Page]


_LAYOUTS: Mapping[str, Callable[[Town, Random], list[Page]]] = {
    "01_青禾县云岭镇中心小学_学籍导出.xlsx": rolls.export,
    "02_初中学籍名册.xls": rolls.own_roll,
    "03_幼儿园名册.xlsx": rolls.register,
    "04_脱贫户监测户家庭成员_2026年11月.csv": poverty.members,
    "05_困难学生认定_2026秋.xlsx": poverty.recognitions,
    "06_教职工花名册.xlsx": people.staff,
    "07_结对帮扶名单.xlsx": people.pairs,
    "08_学籍异动_2026秋.tsv": people.changes,
    "09_贫困家庭学生.xlsx": poverty.poor_list,
    "10_资助名单_2026秋.xlsx": aid.grants,
    "11_寄宿生生活补助发放花名册_2026年10月.xlsx": aid.payments,
    "12_两免一补花名册_2026秋.xlsx": aid.waivers,
    "13_捐赠登记.xlsx": gifts.donations,
    "14_改善办学条件项目_2026年.xlsx": gifts.works,
    "15_幼儿园结对活动.xlsx": gifts.activities,
    "16_营养餐就餐花名册_2026年秋.xlsx": days.meals,
    "17_就餐人数登记表_2026年9月.xls": days.heads,
    "18_请假缺勤_2026年秋.xlsx": days.absences,
    "19_控辍保学台账_2026年秋.xlsx": days.dropouts,
    "20_家访入户记录_2026年秋.xlsx": days.visits,
    "21_特殊群体名单_2026年10月.xlsx": groups.special,
    "22_柳河村劳动力花名册.xlsx": groups.labour,
    "23_银行卡采集表_2026年秋.xlsx": aid.accounts,
    "24_帮扶投入台账_2026年.xlsx": helped.contributions,
    "25_帮扶计划_2026年.xlsx": helped.plans,
    "26_两不愁三保障核查_2026年9月.xlsx": helped.checklists,
    "27_家庭收入_2023年2025年.xlsx": helped.incomes,
    "28_下派支教挂职培训_2026年.xlsx": sent.secondments,
    "29_幼儿园结对名单和成效_2026年.xlsx": sent.kindergartens,
}


def town_and_books(seed: int = SEED) -> tuple[Town, list[Book]]:
    """Make the town, and lay out its workbooks."""
    town = make_town(seed)
    books = [
        Book(number=name[:2], file_name=name, pages=layout(town, Random(f"{seed}{name[:2]}")))
        for name, layout in _LAYOUTS.items()
    ]
    return town, books


def outcome_of(town: Town, books: Sequence[Book]) -> Outcome:
    """Work out what must come of all books together."""
    return evaluate(town, {book.number: book.pages for book in books})


def write_book(book: Book, folder: Path) -> Path:
    """Write a book's file into a folder, in the format that its name says."""
    path = folder / book.file_name
    if path.suffix == ".xlsx":
        write_xlsx(path, book.pages)
    elif path.suffix == ".xls":
        write_xls(path, book.pages)
    elif path.suffix == ".csv":
        write_text(path, book.pages[0], delimiter=",", encoding="gb18030")
    else:
        write_text(path, book.pages[0], delimiter="\t", encoding="utf-8-sig", tail="\t")
    return path


def expected_of(book: Book) -> dict[str, Any]:
    """Give what must come of reading one book."""
    return {
        "file": book.file_name,
        "sheets": [
            {
                "sheet": page.name,
                "kind": page.kind.value,
                "rows": len(page.keys),
                "refused": len(page.refused),
                "problems": [
                    {"row": at.row, "field": at.field, "code": at.code, "severity": at.severity}
                    for at in sorted(page.planted)
                ],
                **_entries_of(page),
            }
            for page in book.pages
            if page.kind
        ],
        "hidden_sheets": [page.name for page in book.pages if page.is_hidden],
    }


def _entries_of(page: Page) -> dict[str, int]:
    """Give how many entries the accepted rows of a register make, and their fen."""
    if not page.given:
        return {}
    good = [
        fen for row, entries in page.given.items() if row not in page.refused for fen in entries
    ]
    return {"entries": len(good), "amount_fen": sum(fen or 0 for fen in good)}


def expected_of_town(town: Town, outcome: Outcome) -> dict[str, Any]:
    """Give what must come of all books together."""
    names = {p.key: p.name for home in town.households for p in home.people}
    names |= {pupil.person.key: pupil.person.name for pupil in town.pupils}
    pupils = Counter(scheme for scheme, _ in outcome.lines)
    fen: Counter[str] = Counter()
    for (scheme, _), amount in outcome.lines.items():
        fen[scheme] += amount
    return {
        "as_of": "2026-11-24",
        "households": outcome.households,
        "listed_households": outcome.listed_households,
        "persons": outcome.persons,
        "pupils": outcome.pupils,
        "subsidy": {
            "month": f"{FIRST_DAY:%Y-%m}",
            "school_days": len(SCHOOL_DAYS),
            "schemes": [
                {"scheme": scheme, "pupils": pupils[scheme], "amount_fen": fen[scheme]}
                for scheme in sorted(pupils)
            ],
            "total_fen": fen.total(),
        },
        "dropout": [
            {"kind": kind, "name": names[key], "id_number": key, "listed": key in outcome.listed}
            for key, kind in sorted(outcome.dropout.items(), key=lambda item: (item[1], item[0]))
        ],
        "rates": [
            {"school": school, "grade": grade, "base": base, "not_returned": outcome.gone[place]}
            for place, base in sorted(outcome.base.items())
            for school, grade in (place,)
        ],
        "pairing": {
            "households_without_helper": sorted(outcome.without_helper),
            "over": sorted(outcome.over),
            "under": sorted(outcome.under),
        },
    }


def write_samples(folder: Path) -> None:
    """Write every book into a folder, and what must come of it into ``expected`` below."""
    expected = folder / "expected"
    expected.mkdir(parents=True, exist_ok=True)
    town, books = town_and_books()
    for book in books:
        write_book(book, folder)
        _write_json(expected / f"{book.number}.json", expected_of(book))
    _write_json(expected / "town.json", expected_of_town(town, outcome_of(town, books)))


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
