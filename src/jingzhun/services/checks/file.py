"""Checks of the file itself: sound, with all that guards it, and what imports counted."""

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.services.checks.finding import TAMPERED, Check, Finding
from jingzhun.store.schema import Import, ImportSheet, JournalEntry, Trail
from jingzhun.store.soundness import damaged_pages, dangling_rows, misfits, missing_guards

#: As many digits in a row as the shortest id number has.
_NUMBER = re.compile(r"\d{15}", re.ASCII)


def whole(session: Session) -> Iterator[Finding]:
    """The database file is sound."""
    for words in damaged_pages(session):
        yield Finding(
            place="账本文件",
            found=f"数据库自检不通过：{words}。",
            remedy="请用最近的备份恢复，并保留这个文件以便查找原因。",
        )
    for table, column, count in misfits(session):
        words = f"{column} 有 {count:,} 格不是数目或日期应有的写法。"
        yield Finding(place=f"表 {table}", found=words, remedy=TAMPERED)


def referred(session: Session) -> Iterator[Finding]:
    """Nothing refers to a row that is not there."""
    for table, parent, count in dangling_rows(session):
        yield Finding(
            place=f"表 {table}", found=f"{count:,} 行所指的 {parent} 已不存在。", remedy=TAMPERED
        )


def guarded(session: Session) -> Iterator[Finding]:
    """Every trigger and unique index that keeps the ledger stands."""
    for name in missing_guards(session):
        yield Finding(place=name, found="保护账本的规则被删掉了。", remedy=TAMPERED)


def counted(session: Session) -> Iterator[Finding]:
    """Every row of an imported sheet is added, changed, same or refused."""
    told = ImportSheet.added + ImportSheet.changed + ImportSheet.same + ImportSheet.refused
    query = (
        select(Import.id, Import.file_name, ImportSheet.name, ImportSheet.row_count, told)
        .join(Import, Import.id == ImportSheet.import_id)
        .where(told != ImportSheet.row_count)
        .order_by(Import.id)
    )
    for number, file_name, sheet, rows, sum_ in session.execute(query):
        yield Finding(
            place=f"第 {number} 次导入　{file_name} {sheet}",
            found=f"名单有 {rows} 行，新增、更新、未变、退回合起来是 {sum_} 行。",
            remedy=TAMPERED,
        )


def masked(session: Session) -> Iterator[Finding]:
    """No trail and no voucher holds a whole id number."""
    places = (
        ("操作留痕", select(Trail.id, Trail.command)),
        ("凭证", select(JournalEntry.voucher_no, JournalEntry.words)),
    )
    for place, query in places:
        for key, words in session.execute(query.order_by(*query.selected_columns[:1])):
            if _NUMBER.search(words):
                yield Finding(
                    place=f"{place} {key}",
                    found="写有完整的号码。",
                    remedy="请告诉维护人员：证件号只应记遮住中间几位的。",
                )


WHOLE = Check(name="file", title="账本文件没有损坏", look=whole)
CHECKS = (
    WHOLE,
    Check(name="references", title="没有一行指向不存在的行", look=referred),
    Check(name="guards", title="保护账本的规则都在", look=guarded),
    Check(name="import_counts", title="每份名单的每一行都有去处", look=counted),
    Check(name="masked", title="留痕和凭证里没有完整的证件号", look=masked),
)
