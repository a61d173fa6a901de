"""Whether two records are one human: give pairs their numbers, take answers, take them back.

Answers are kept by identity, not by record, so that they hold for every later list. Confirming
merges nothing: whoever asks for a pupil's poverty asks the twin as well (``store.matches``), and
lines that are posted stay as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jingzhun.core.vocabulary import Verdict
from jingzhun.errors import JingzhunError
from jingzhun.store.matches import Pair, pair_of
from jingzhun.store.schema import MatchPair
from jingzhun.store.suspects import Suspects


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who answers when, and why."""

    actor: str
    os_user: str
    recorded_at: datetime
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A pair whose answer changed; ``follows`` says that it follows from another pair's."""

    number: int
    pair: Pair
    verdict: Verdict
    before: Verdict | None
    follows: bool = False

    def as_record(self) -> dict[str, str | int | bool | None]:
        """Give what the trail keeps."""
        return {
            "number": self.number,
            "verdict": self.verdict.value,
            "before": self.before and self.before.value,
            "follows": self.follows,
        }


def number_pairs(session: Session, suspects: Suspects, answer: Answer) -> None:
    """Give a number to every pair that has none yet; a pair keeps its number for good."""
    known = {(one, other) for one, other in session.execute(select(MatchPair.one, MatchPair.other))}
    fresh = [each.identities for each in suspects.open if each.identities not in known]
    if fresh:
        session.execute(
            insert(MatchPair),
            [
                {"one": one, "other": other, "actor": answer.actor, "os_user": answer.os_user,
                 "recorded_at": answer.recorded_at}
                for one, other in fresh
            ],
        )  # fmt: skip


def decide(
    session: Session, numbers: Sequence[int], verdict: Verdict, answer: Answer
) -> list[Answered]:
    """Answer for the pairs of these numbers; give what changed.

    Of one human's records each is the same as each: what follows from an answer is written too.

    Raises:
        JingzhunError: ``match_unknown`` — no pair of that number; ``match_contradiction`` — two
            records would be the same as a third, and not as each other.
    """
    board = _Board(session, answer)
    pairs = board.pairs(numbers)
    for pair in pairs:
        board.put(pair, verdict)
    if verdict is Verdict.SAME:
        for pair in pairs:
            board.follow(pair)
    board.demand_sense()
    return board.changed


class _Board:
    """Every pair with its answer, and what this command changes."""

    def __init__(self, session: Session, answer: Answer) -> None:
        self._session = session
        self._answer = answer
        self._verdicts: dict[Pair, Verdict | None] = {}
        self._numbers: dict[Pair, int] = {}
        self.changed: list[Answered] = []
        columns = (MatchPair.id, MatchPair.one, MatchPair.other, MatchPair.verdict)
        for number, one, other, word in session.execute(select(*columns)):
            self._numbers[one, other] = number
            self._verdicts[one, other] = Verdict.coded(word) if word else None

    def pairs(self, numbers: Sequence[int]) -> list[Pair]:
        """Give the pairs of these numbers, each once.

        Raises:
            JingzhunError: ``match_unknown``.
        """
        known = {number: pair for pair, number in self._numbers.items()}
        unknown = [str(number) for number in dict.fromkeys(numbers) if number not in known]
        if unknown:
            raise JingzhunError(
                "match_unknown",
                f"没有编号为 {'、'.join(unknown)} 的一对。",
                "编号见 jingzhun match review 和 jingzhun match list。",
            )
        return [known[number] for number in dict.fromkeys(numbers)]

    def put(self, pair: Pair, verdict: Verdict, *, follows: bool = False) -> None:
        """Write an answer, unless it stands already."""
        before = self._verdicts.get(pair)
        if before is verdict:
            return
        values = {
            "verdict": verdict.value,
            "why": "由其他各对推得" if follows else self._answer.why,
            "actor": self._answer.actor,
            "os_user": self._answer.os_user,
            "recorded_at": self._answer.recorded_at,
        }
        if pair not in self._numbers:
            made = self._session.execute(
                insert(MatchPair).values(one=pair[0], other=pair[1], **values)
            )
            self._numbers[pair] = int(made.inserted_primary_key[0])  # type: ignore[attr-defined]
        else:
            number = self._numbers[pair]
            self._session.execute(update(MatchPair).where(MatchPair.id == number).values(**values))
        self._verdicts[pair] = verdict
        self.changed.append(
            Answered(number=self._numbers[pair], pair=pair, verdict=verdict, before=before,
                     follows=follows)
        )  # fmt: skip

    def follow(self, pair: Pair) -> None:
        """Write that everybody who is one with one of the pair is one with the other's too."""
        one, other = pair
        for left, right in product((one, *self._same_as(one)), (other, *self._same_as(other))):
            if left != right and self._verdicts.get(pair_of(left, right)) is None:
                self.put(pair_of(left, right), Verdict.SAME, follows=True)

    def demand_sense(self) -> None:
        """Make sure that no two who are not one are both one with a third.

        Raises:
            JingzhunError: ``match_contradiction``, with the numbers of the pairs.
        """
        concerned = {identity for each in self.changed for identity in each.pair}
        for pair, verdict in self._verdicts.items():
            if verdict is not Verdict.DIFFERENT or concerned.isdisjoint(pair):
                continue
            shared = set(self._same_as(pair[0])) & set(self._same_as(pair[1]))
            for third in sorted(shared):
                ways = [self._numbers[pair_of(third, identity)] for identity in pair]
                raise JingzhunError(
                    "match_contradiction",
                    f"第 {self._numbers[pair]} 对不是同一人，第 {ways[0]} 对、第 {ways[1]} 对"
                    "却都是同一人，互相矛盾；这次没有改动。",
                    "请先用 jingzhun match reject 或 confirm 改正其中弄错的那一对，"
                    "可以一次写几个编号。",
                )

    def _same_as(self, identity: str) -> Iterable[str]:
        return [
            other if one == identity else one
            for (one, other), verdict in self._verdicts.items()
            if verdict is Verdict.SAME and identity in (one, other)
        ]
