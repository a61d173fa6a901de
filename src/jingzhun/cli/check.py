"""``jingzhun check``: every invariant of the ledger."""

from jingzhun.cli.desk import Desk
from jingzhun.errors import ExitStatus


def run(desk: Desk) -> ExitStatus:
    """检查账本：凭证平不平、有没有缺号，批准过的明细有没有被改，发放和凭证对不对得上……

    jingzhun check

    全都成立时退出状态是 0；有一处不成立是 1，并说明在哪里、怎么办。
    """
    from jingzhun.services.checks import check_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        page, is_clean = check_page(session)
        desk.show(page)
    return ExitStatus.DONE if is_clean else ExitStatus.CANNOT_GO_ON
