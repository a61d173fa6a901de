"""Payment batches: an envelope that promises a count and a sum, then the lines sent under it.

One batch for each scheme of an approved run: by card a line for each pupil, in kind a line for each
school, to the supplier. What already stands in a line that is pending or paid is never taken again;
the database holds to that too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.payment_vocabulary import Hindrance
from jingzhun.core.runs import FINAL
from jingzhun.core.vocabulary import Delivery, LineState, RunKind, RunState, label_of
from jingzhun.errors import JingzhunError
from jingzhun.services.books.funding import shortfall
from jingzhun.services.books.purposes import find_purpose, purpose_titles
from jingzhun.services.books.shares import parts_of
from jingzhun.services.funds.hindrances import Hindered, of_accounts
from jingzhun.services.hand import Hand
from jingzhun.services.seals import remember
from jingzhun.services.subsidy.steps import find_run
from jingzhun.store.bulk import insert_rows
from jingzhun.store.owed import Pupil, left_together, of_run, owed_by, owing, pupils_of
from jingzhun.store.payees import Payee, payees
from jingzhun.store.schema import Batch, BatchLine, Run, RunLine, School

#: 营养改善计划: 等值供餐, no cash in whatever form, to no pupil and no parent.
NO_CASH = "《农村义务教育学生营养改善计划实施办法》（教财〔2022〕2号）"
_LINE = ("batch_id", "number", "delivery", "run_id", "scheme", "person_id", "school_id", "payee",
         "account_no", "bank", "amount_fen", "state")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be paid: of which run, which scheme ("" each), to which supplier what is in kind.

    ``follows`` is the batch whose failed lines alone are sent again.
    """

    run_id: int
    scheme: str = ""
    supplier: str = ""
    follows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The batches made, what the reader must know, and who could or should not be paid so."""

    run_id: int
    batches: tuple[int, ...]
    notices: tuple[str, ...]
    hindered: tuple[Hindered, ...]


def make_batches(session: Session, order: Order, *, today: date, hand: Hand) -> Made:
    """Make the batches of a run for all that is owed and under way in no other.

    Raises:
        JingzhunError: ``run_unknown``, ``run_not_approved``; ``purpose_unknown``,
            ``pay_scheme_unknown``; ``pay_in_kind`` — a scheme in kind without a supplier;
            ``pay_nothing``.
    """
    run = payable_run(session, order.run_id)
    maker = _Maker(session, run, order, today, hand)
    for scheme, delivery in maker.schemes():
        maker.make(scheme, delivery)
    if not maker.batches and not maker.hindered:
        raise _nothing(run, maker.notices)
    return Made(
        run_id=run.id, batches=tuple(maker.batches), notices=tuple(maker.notices),
        hindered=tuple(maker.hindered),
    )  # fmt: skip


def payable_run(session: Session, number: int) -> Run:
    """Give a run of which something may be paid.

    Raises:
        JingzhunError: ``run_unknown``, ``run_not_approved``.
    """
    run = find_run(session, number)
    if run.kind == RunKind.OPENING:
        raise JingzhunError(
            "pay_nothing",
            f"第 {number} 批是期初已经发放的，不再发放。",
            "请用 jingzhun run list 找要发放的批次。",
        )
    if RunState.coded(run.state) not in FINAL:
        raise JingzhunError(
            "run_not_approved",
            f"第 {number} 批（{run.period}）{label_of(RunState, run.state)}，没有批准，不能发放。",
            "请先复核、公示、批准：jingzhun run review、publish、approve。",
        )
    return run


def find_batch(session: Session, number: int) -> Batch:
    """Give a batch by its number.

    Raises:
        JingzhunError: ``batch_unknown``.
    """
    batch = session.get(Batch, number)
    if batch is None:
        raise JingzhunError(
            "batch_unknown",
            f"没有第 {number} 号发放批次。",
            "请用 jingzhun pay list 查看有哪些发放批次。",
        )
    return batch


def _nothing(run: Run, notices: Iterable[str]) -> JingzhunError:
    return JingzhunError(
        "pay_nothing",
        f"第 {run.id} 批（{run.period}）没有还要发放的款：都已在发放批次里，或已经发完。"
        + "".join(notices),
        "请用 jingzhun pay list 查看已有的发放批次。",
    )


class _Maker:
    """The batches of one run in the making."""

    def __init__(self, session: Session, run: Run, order: Order, today: date, hand: Hand) -> None:
        self._session = session
        self._run = run
        self._order = order
        self._today = today
        self._hand = hand
        self._titles = purpose_titles(session)
        self._accounts: dict[int, Payee] = {}
        self.batches: list[int] = []
        self.notices: list[str] = []
        self.hindered: list[Hindered] = []

    def schemes(self) -> Sequence[tuple[str, Delivery]]:
        """Give the schemes of the run that are asked for, and how each is given.

        Raises:
            JingzhunError: ``pay_scheme_unknown``.
        """
        parts = parts_of(self._session, owing(self._run.id))
        found = {part.scheme: part.delivery for part in parts}
        said = self._order.scheme
        wanted = said and find_purpose(self._session, said, option="--scheme")
        if wanted and wanted not in found:
            raise JingzhunError(
                "pay_scheme_unknown",
                f"第 {self._run.id} 批里没有要发放的“{self._titles[wanted]}”。",
                f"这一批里有：{self._named(found) or '没有要发放的项目'}。",
            )
        return sorted((key, how) for key, how in found.items() if not wanted or key == wanted)

    def _named(self, schemes: Iterable[str]) -> str:
        return "、".join(self._titles.get(scheme, scheme) for scheme in sorted(schemes))

    def make(self, scheme: str, delivery: Delivery) -> None:
        """Make a scheme's batch, or say why there is none."""
        title = self._titles.get(scheme, scheme)
        if delivery is Delivery.WAIVER:
            self.notices.append(f"{title}是减免，批准时已经入账，没有要发放的款。")
        elif delivery is Delivery.CARD:
            self._send(scheme, delivery, self._to_cards(scheme))
        elif self._order.supplier or self._order.follows:
            self._send(scheme, delivery, self._to_supplier(scheme))
        elif self._order.scheme:
            raise JingzhunError(
                "pay_in_kind",
                f"{title}是实物供应，按{NO_CASH}一律不得发给学生和家长，不能打到任何人的卡上。",
                "款付给供餐（供货）单位，请写 --supplier 单位名称。",
            )
        else:
            words = f"{title}是实物供应（{NO_CASH}），要付给供餐单位，请加 --supplier 另制一批。"
            self.notices.append(words)

    def _to_cards(self, scheme: str) -> Iterator[tuple[Any, ...]]:
        """Give (person, school, payee, account, bank, fen) of who has an account; note the rest."""
        where = self._failed(BatchLine.person_id, RunLine.person_id)
        owed = owed_by(self._run.id, scheme, RunLine.person_id, *where)
        pupils = list(self._uncrossed(scheme, pupils_of(self._session, self._run.id, owed)))
        accounts = self._accounts or dict(payees(self._session, self._today))
        self._accounts = accounts
        self.hindered += of_accounts(self._session, pupils, accounts)
        self.hindered += self._failed_again(scheme, pupils)
        for pupil in pupils:
            payee = accounts.get(pupil.person_id)
            if payee is not None:
                name = payee.name or pupil.name
                yield (pupil.person_id, None, name, payee.account, payee.bank, pupil.amount_fen)

    def _to_supplier(self, scheme: str) -> Iterator[tuple[Any, ...]]:
        where = self._failed(BatchLine.school_id, RunLine.school_id)
        owed = owed_by(self._run.id, scheme, RunLine.school_id, *where).subquery("owed")
        supplier = self._order.supplier or self._session.scalar(
            select(BatchLine.payee).where(BatchLine.batch_id == self._order.follows)
        )
        query = (
            select(School.id, owed.c.fen).join(owed, owed.c.key == School.id).order_by(School.name)
        )
        left = left_together(self._session, self._run.id, scheme, RunLine.school_id)
        for school, fen in self._session.execute(query):
            if left is None or fen <= left.get(school, 0):
                yield (None, school, supplier, None, None, fen)

    def _uncrossed(self, scheme: str, pupils: Iterable[Pupil]) -> Iterator[Pupil]:
        """Leave out and name whom adjustments that crossed each other leave with less."""
        left = left_together(self._session, self._run.id, scheme, RunLine.person_id)
        for pupil in pupils:
            if left is None or pupil.amount_fen <= left.get(pupil.person_id, 0):
                yield pupil
                continue
            due = format_yuan(Fen(max(left.get(pupil.person_id, 0), 0)))
            words = f"几次调整合起来只剩 {due} 元要发，这一批的没有发；请再调整一次。"
            self.hindered.append(Hindered(why=Hindrance.CROSSED, pupil=pupil, words=words))

    def _failed(self, who: Any, key: Any) -> tuple[ColumnElement[bool], ...]:
        """Choose those whose lines failed in the batch that is followed, if one is."""
        if self._order.follows is None:
            return ()
        failed = select(who).where(
            BatchLine.batch_id == self._order.follows, BatchLine.state == LineState.FAILED
        )
        return (key.in_(failed),)

    def _failed_again(self, scheme: str, pupils: Iterable[Pupil]) -> Iterator[Hindered]:
        """Name who is to be paid into the account that failed the last time."""
        query = (
            select(BatchLine.person_id, BatchLine.account_no, BatchLine.reason)
            .where(
                of_run(self._run.id), BatchLine.scheme == scheme,
                BatchLine.state == LineState.FAILED,
            )
            .order_by(BatchLine.batch_id)
        )  # fmt: skip
        failed = {person: (account, why) for person, account, why in self._session.execute(query)}
        for pupil in pupils:
            account, why = failed.get(pupil.person_id, (None, None))
            payee = self._accounts.get(pupil.person_id)
            if payee is not None and payee.account == account:
                words = f"上次没有发成（{why or '银行没有写原因'}），卡号还是原来的。"
                yield Hindered(
                    why=Hindrance.FAILED_BEFORE, pupil=pupil, words=words, account=account
                )

    def _send(self, scheme: str, delivery: Delivery, lines: Iterable[tuple[Any, ...]]) -> None:
        found = list(lines)
        if not found:
            return
        self._warn(scheme, Fen(sum(line[-1] for line in found)))
        connection = self._session.connection()
        envelope = insert(Batch).values(
            run_id=self._run.id,
            scheme=scheme,
            delivery=delivery.value,
            follows_id=self._order.follows,
            promised_count=len(found),
            promised_fen=Fen(sum(line[-1] for line in found)),
            made_on=self._today,
            actor=self._hand.actor,
            os_user=self._hand.os_user,
            recorded_at=self._hand.recorded_at,
        )
        number = int(connection.execute(envelope).inserted_primary_key[0])  # type: ignore[index]
        head = (delivery.value, self._run.id, scheme)
        rows = [
            (number, at, *head, *line, LineState.PENDING.value)
            for at, line in enumerate(found, start=1)
        ]
        insert_rows(connection, BatchLine.__table__, _LINE, rows)  # type: ignore[arg-type]
        self.batches.append(number)
        remember(self._session, "batches", number)

    def _warn(self, scheme: str, total: Fen) -> None:
        """Say early that a purpose has too little money: booking the payment will be refused."""
        lacking = shortfall(self._session, {scheme: total}).get(scheme)
        if lacking:
            self.notices.append(
                f"{self._titles.get(scheme, scheme)}这一批 {format_yuan(total)} 元，"
                f"专款还差 {format_yuan(lacking)} 元：到账前登记发放要加 --advance（学校垫付）。"
            )
