"""What stands in the way of paying a pupil: of the account, said by name before money goes out."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from jingzhun.core.cards import fails_check
from jingzhun.core.labels import Titled
from jingzhun.core.payment_vocabulary import Hindrance
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import Stage, label_of
from jingzhun.store.bulk import distinct, rows_of
from jingzhun.store.owed import Pupil
from jingzhun.store.payees import Payee
from jingzhun.store.schema import Person

#: What a guardian is to a child; a teacher or a village cadre is none.
_KIN = re.compile("本人|监护|[父母爷奶婆祖爸妈哥姐兄弟妹嫂叔伯姑舅姨养]|外公")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindered:
    """One reason, of one pupil, in words; ``account`` where it is about one."""

    why: Hindrance
    pupil: Pupil
    words: str
    account: str | None = None


def of_accounts(
    session: Session, pupils: Sequence[Pupil], accounts: Mapping[int, Payee]
) -> Iterator[Hindered]:
    """Give everything that is wrong with where the pupils' money is to go."""
    sharers = _sharers(pupils, accounts)
    trusted = _guardians(session, pupils, accounts)
    for pupil in pupils:
        payee = accounts.get(pupil.person_id)
        if payee is None:
            words = "名单上没有，也没有用 set 登记过，这次发不了，仍欠着。"
            yield Hindered(why=Hindrance.NO_ACCOUNT, pupil=pupil, words=words)
            continue
        others = [other for other in sharers[payee.account] if other.person_id != pupil.person_id]
        if others:
            words = _shared_words(pupil, others)
            yield _of(Hindrance.SHARED_ACCOUNT, pupil, payee, words)
        if not _is_trusted(pupil, payee, trusted):
            words = f"户名是{payee.name}，请核对是不是监护人；是的，用 set 登记时写上 --relation。"
            yield _of(Hindrance.STRANGE_PAYEE, pupil, payee, words)
        if fails_check(payee.account):
            words = "62 开头的银行卡号，末位与前面的数字对不上，多半抄错了一位。"
            yield _of(Hindrance.CHECK_DIGIT, pupil, payee, words)


def _of(why: Hindrance, pupil: Pupil, payee: Payee, words: str) -> Hindered:
    return Hindered(why=why, pupil=pupil, words=words, account=payee.account)


def _sharers(
    pupils: Iterable[Pupil], accounts: Mapping[int, Payee]
) -> Mapping[str, Collection[Pupil]]:
    """Give by account the pupils whose account it is, each once."""
    found: dict[str, dict[int, Pupil]] = defaultdict(dict)
    for pupil in pupils:
        payee = accounts.get(pupil.person_id)
        if payee is not None:
            found[payee.account].setdefault(pupil.person_id, pupil)
    return {account: tuple(sharing.values()) for account, sharing in found.items()}


def _shared_words(pupil: Pupil, others: Sequence[Pupil]) -> str:
    names = "、".join(other.name for other in others[:_MOST_NAMED])
    more = "等" if len(others) > _MOST_NAMED else ""
    homes = {other.household_id for other in others}
    home = "（同一户）" if homes == {pupil.household_id} - {None} else ""
    return f"与{names}{more}共 {len(others) + 1} 人用同一个卡号{home}。"


def _guardians(
    session: Session, pupils: Iterable[Pupil], accounts: Mapping[int, Payee]
) -> Mapping[int, set[str]]:
    """Give by household the names of its members, where somebody else's account is named."""
    asked = distinct(
        pupil.household_id
        for pupil in pupils
        if (payee := accounts.get(pupil.person_id)) and payee.name and payee.name != pupil.name
    )
    found: dict[int, set[str]] = defaultdict(set)
    wanted = [Person.household_id, Person.name]
    for household, name in rows_of(session.connection(), Person.household_id, asked, wanted):
        found[household].add(name)
    return found


def _is_trusted(pupil: Pupil, payee: Payee, members: Mapping[int, set[str]]) -> bool:
    """Say whether an account is the pupil's own or one of those who care for him."""
    if payee.name is None or payee.name in {pupil.name, pupil.guardian}:
        return True
    if payee.relation and _KIN.search(payee.relation):
        return True
    return payee.name in members.get(pupil.household_id or 0, ())


_HINDERED = (
    Column(key="reason", title="原因", kind=ColumnKind.LABEL),
    Column(key="name", title="姓名"),
    Column(key="id_number", title="身份证号", kind=ColumnKind.ID),
    Column(key="school", title="学校"),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级", kind=ColumnKind.COUNT),
    Column(key="scheme", title="项目", kind=ColumnKind.LABEL),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
    Column(key="account", title="账号", kind=ColumnKind.ID),
    Column(key="words", title="说明"),
)


def hindered_table(hindered: Iterable[Hindered], titles: Mapping[str, str]) -> Table:
    """Show what stands in the way, reason by reason, each with its pupil."""
    order = {why: place for place, why in enumerate(Hindrance)}
    rows = [
        (each.why, each.pupil.name, each.pupil.id_number, each.pupil.school,
         each.pupil.grade or label_of(Stage, each.pupil.stage), each.pupil.class_no,
         Titled.of(each.pupil.scheme, titles), each.pupil.amount_fen, each.account, each.words)
        for each in sorted(hindered, key=lambda each: order[each.why])
    ]  # fmt: skip
    return Table(key="hindered", heading="需要核对的", columns=_HINDERED, rows=rows)
