"""``jingzhun db``: the ledger file itself."""

from jingzhun.cli.desk import Desk


def info(desk: Desk) -> None:
    """账本在哪里、多大、哪个版本、记了多少。

    jingzhun db info

    没有账本时会新建一个空账本。
    """
    from jingzhun.reports.ledger import ledger_info  # sqlalchemy: 250 ms

    with desk.reading(create=True) as session:
        desk.show(ledger_info(session, place=desk.db))
