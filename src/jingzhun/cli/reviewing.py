"""Ask a person at a terminal about one pair after the other; each answer is written at once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jingzhun.cli.boundary import tell
from jingzhun.cli.desk import Desk
from jingzhun.core.vocabulary import Verdict
from jingzhun.errors import JingzhunError
from jingzhun.render.words import place_words, words_for
from jingzhun.reports.children.matches import ShownPair
from jingzhun.reports.individuals import PERSON_COLUMNS

_KEYS = {
    "同": Verdict.SAME, "s": Verdict.SAME,
    "异": Verdict.DIFFERENT, "d": Verdict.DIFFERENT,
    "后": None, "l": None,
}  # fmt: skip
_QUIT = frozenset({"q", "退", "退出"})
_ASK = "是同一人吗？  同/s 是　异/d 不是　后/l 以后再说　q 退出："
#: Facts that make no difference when they differ.
_UNWEIGHED = frozenset({"sources", "enrolled", "standing", "phone"})


def ask_all(
    desk: Desk, pairs: Sequence[ShownPair], answer: Callable[[int, Verdict], Iterable[int]]
) -> None:
    """Show each pair and pass the answers on, until all are asked or the person leaves.

    ``answer`` gives the numbers of the pairs that it changed: what follows is not asked any more.
    """
    done: set[int | None] = set()
    counts = dict.fromkeys(Verdict, 0)
    for at, pair in enumerate(pairs, start=1):
        if pair.number in done or pair.number is None:
            continue
        _present(desk, pair, f"第 {at} 对，共 {len(pairs)} 对")
        word = _ask()
        if word in _QUIT:
            break
        verdict = _KEYS[word]
        if verdict is None:
            continue
        try:
            done.update(answer(pair.number, verdict))
            counts[verdict] += 1
        except JingzhunError as error:  # this pair contradicts others: told, and the next is asked
            tell(error)
    said = "，".join(f"{verdict.label} {count} 对" for verdict, count in counts.items())
    print(f"\n{said}；其余的下次再问。")


def _present(desk: Desk, pair: ShownPair, place: str) -> None:
    print(f"\n{place}（编号 {pair.number}）　相似度 {pair.score}")
    print(f"理由：{'、'.join(reason.label for reason in pair.reasons)}")
    for title, side in (("甲", pair.one), ("乙", pair.other)):
        _show(title, side, show_ids=desk.show_ids)
    differing = _differing(pair)
    if differing:
        print(f"　两条记录不同的：{'、'.join(differing)}")


def _ask() -> str:
    while True:
        try:
            word = input(_ASK).strip().lower()
        except EOFError:
            return "q"
        if word in _KEYS or word in _QUIT:
            return word
        print("请按 同（s）、异（d）、后（l）或 q，再按回车。")


def _show(title: str, side: Sequence[Any], *, show_ids: bool) -> None:
    *facts, sources = zip(PERSON_COLUMNS, side, strict=True)
    said = [
        f"{column.title} {text}"
        for column, value in facts
        if (text := words_for(column, show_ids=show_ids)(value))
    ]
    print(f"{title}　{'　'.join(said)}")
    for place in place_words(sources[1]):
        print(f"　　出处：{place}")


def _differing(pair: ShownPair) -> list[str]:
    """Name what both records say, and say differently."""
    return [
        column.title
        for column, one, other in zip(PERSON_COLUMNS, pair.one, pair.other, strict=True)
        if column.key not in _UNWEIGHED and one and other and one != other
    ]
