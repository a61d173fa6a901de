"""``jingzhun fund``: money that comes in, the books, and the end of a year."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import amount as read_amount
from jingzhun.cli.values import choice, day
from jingzhun.cli.values import year as read_year
from jingzhun.core.money import Fen

_Amount = Annotated[
    Fen,
    typer.Argument(
        metavar="金额", parser=read_amount, help="多少元，如 12500.00；也可写 1.25万元。"
    ),
]
_Source = Annotated[
    str,
    typer.Option("--source", metavar="来源", help="谁的钱：中央、省、市县、地方、社会捐赠、学校。"),
]
_Purpose = Annotated[
    str,
    typer.Option(
        "--purpose", metavar="用途", help="资助项目的名称或代号，如 营养改善、boarding_living。"
    ),
]
_New = Annotated[
    bool, typer.Option("--new", help="用途不是资助项目（如一笔捐赠的专门用途），第一次用时加上。")
]
_Document = Annotated[
    str, typer.Option("--document", metavar="文号", help="拨款文件或银行回单的编号。")
]
_Words = Annotated[str, typer.Option("--words", metavar="摘要", help="不写就由程序写。")]


def receive(
    desk: Desk,
    *,
    amount: _Amount,
    source: _Source = "",
    purpose: _Purpose = "",
    new: _New = False,
    document: _Document = "",
    payer: Annotated[str, typer.Option("--from", metavar="付款人", help="捐赠人或拨款单位。")] = "",
    pupil: Annotated[
        str,
        typer.Option(
            "--for", metavar="学生", help="一对一捐助给哪一名学生：全数列入捐助批次，批准后打卡。"
        ),
    ] = "",
    words: _Words = "",
) -> None:
    """登记收到的资金，记入专账；有垫付的先归还垫付。

    jingzhun fund receive 12500 --source 省 --purpose 学前教育免保教费 --document 甘财教〔2026〕12号

    jingzhun fund receive 500 --from 李善人 --for 张三

    收款日期用 --on 写，不写就是今天。
    """
    from jingzhun.services.books.vouchers import vouchers_page
    from jingzhun.services.funds.receipts import Receipt  # sqlalchemy: 250 ms
    from jingzhun.services.funds.receipts import receive as book

    receipt = Receipt(
        amount_fen=amount,
        source=source,
        purpose=purpose,
        pupil=pupil,
        is_new_purpose=new,
        document=document or None,
        payer=payer or None,
        words=words,
    )
    with desk.writing() as session:
        entries = book(session, receipt, desk.hand(), today=desk.today)
        page = vouchers_page(session, "收到资金", entries)
    desk.show(page)


def opening(
    desk: Desk,
    *,
    amount: _Amount,
    source: _Source = "",
    purpose: _Purpose = "",
    new: _New = False,
    document: _Document = "",
    words: _Words = "",
) -> None:
    """登记启用本账时的期初余额：旧账上某一来源、某一用途还剩多少。每一笔写一次。

    jingzhun fund opening 3200 --source 中央 --purpose boarding_living --on 2026-09-01
    """
    from jingzhun.services.books.vouchers import vouchers_page
    from jingzhun.services.funds.receipts import Receipt, bring_forward  # sqlalchemy: 250 ms

    receipt = Receipt(
        amount_fen=amount,
        source=source,
        purpose=purpose,
        is_new_purpose=new,
        document=document or None,
        words=words,
    )
    with desk.writing() as session:
        entries = bring_forward(session, receipt, desk.hand(), today=desk.today)
        page = vouchers_page(session, "期初余额", entries)
    desk.show(page)


def reverse(
    desk: Desk,
    *,
    voucher: Annotated[str, typer.Argument(metavar="凭证号", help="如 2026-00012。")],
    why: Annotated[str, typer.Option("--why", metavar="原因", help="为什么冲销，记入摘要。")] = "",
) -> None:
    """冲销一张记错的收款凭证：记一张相反的凭证，原来那张不动。

    jingzhun fund reverse 2026-00012 --why 金额录错

    钱已经用掉的不能冲销。
    """
    from jingzhun.services.books.vouchers import vouchers_page
    from jingzhun.services.funds.receipts import reverse as take_back  # sqlalchemy: 250 ms

    with desk.writing(reverses=voucher) as session:
        entries = take_back(session, voucher, why, desk.hand(), today=desk.today)
        page = vouchers_page(session, "冲销凭证", entries)
    desk.show(page)


def close(
    desk: Desk,
    *,
    year: Annotated[int, typer.Argument(metavar="年份", parser=read_year, help="如 2026。")],
) -> None:
    """年终结转：这一年的收入和支出转入累计盈余，以后不能再记这一年的凭证。

    jingzhun fund close 2026
    """
    from jingzhun.services.books.vouchers import vouchers_page  # sqlalchemy: 250 ms
    from jingzhun.services.books.yearend import close_year

    with desk.writing(closed=year) as session:
        number = close_year(session, year, desk.hand(), today=desk.today)
        page = vouchers_page(session, f"{year} 年终结转", [number])
    desk.show(page)


def balance(desk: Desk) -> None:
    """试算平衡表：各科目年初余额、本年发生额、期末余额，借贷两方各自合计相等。

    jingzhun fund balance

    看哪一天的，用 --on 写。
    """
    from jingzhun.reports.books.trial import trial_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(trial_page(session, on=desk.today))


def journal(
    desk: Desk,
    *,
    start: Annotated[
        date | None,
        typer.Option("--from", metavar="日期", parser=day, help="从哪天起；不写就从头。"),
    ] = None,
    end: Annotated[
        date | None, typer.Option("--to", metavar="日期", parser=day, help="到哪天；不写就是今天。")
    ] = None,
    account: Annotated[
        str, typer.Option(metavar="科目", help="只看一个科目（明细账）：编号或名称，如 1002。")
    ] = "",
    purpose: Annotated[str, typer.Option(metavar="用途", help="只看一个用途。")] = "",
    source: Annotated[str, typer.Option(metavar="来源", help="只看一个资金来源。")] = "",
) -> None:
    """资助专账的账页：日记账；写了科目就是该科目的明细账，逐笔有余额。

    jingzhun fund journal --from 2026-09-01 --out 日记账.html

    jingzhun fund journal --account 1002 --purpose 营养改善 --out 明细账.xlsx
    """
    from jingzhun.policies.accounts import find_account
    from jingzhun.reports.books.journal import Asked, journal_page  # sqlalchemy: 250 ms
    from jingzhun.services.books.purposes import find_purpose_asked, find_source_asked

    with desk.reading() as session:
        asked = Asked(
            start=start,
            end=end or desk.today,
            account=find_account(account) if account else None,
            purpose=find_purpose_asked(session, purpose),
            source=find_source_asked(source),
        )
        desk.show(journal_page(session, asked))


class Program(StrEnum):
    """Accounting programs whose files we write."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


def export(
    desk: Desk,
    *,
    to: Annotated[
        Program,
        typer.Option(
            metavar="程序",
            parser=choice(Program),
            help="beancount 或 hledger（ledger 也能读 hledger 的文件）。",
        ),
    ],
) -> None:
    """把整本专账写成别的记账程序的文件，供独立核对。

    jingzhun fund export --to beancount --out 专账.beancount

    jingzhun fund export --to hledger --out 专账.journal

    核对：bean-check 专账.beancount；hledger -f 专账.journal check -s ordereddates payees
    """
    from jingzhun.render.beancount import beancount_chunks
    from jingzhun.render.hledger import hledger_chunks
    from jingzhun.reports.books.books import books_of  # sqlalchemy: 250 ms

    writers = {Program.BEANCOUNT: beancount_chunks, Program.HLEDGER: hledger_chunks}
    with desk.reading() as session:
        desk.write(writers[to](books_of(session)))
