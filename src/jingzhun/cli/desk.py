"""The desk a command works at: who acts on which ledger, on what day, and how pages are shown.

``hang`` puts a function in the tree and gives it the options that every command shares, once,
as a :class:`Desk`. Opening the ledger, the audit trail and showing are done here, so that a command
says only what is its own.
"""

import gc
import getpass
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from jingzhun.cli.layout import SHARED_PANEL, Helpful
from jingzhun.cli.values import choice, day
from jingzhun.core.identity import mask_text
from jingzhun.core.page import Page
from jingzhun.core.table import Format
from jingzhun.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jingzhun.services.hand import Hand
    from jingzhun.store.engine import Ledger

Function = Callable[..., ExitStatus | None]
DEFAULT_LEDGER = "jingzhun.db"
_SUFFIXES = {f".{format_}": format_ for format_ in Format if format_ is not Format.TABLE}
#: Names of files that a terminal's page would be no good in.
_NOT_OURS = frozenset({".xls", ".et", ".pdf", ".doc", ".docx", ".wps"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who acts, on which ledger, on what day; how what comes out is shown.

    ``command`` is the words typed, with long numbers masked; ``recorded_at`` the true clock, which
    ``--on`` does not move.
    """

    db: str
    actor: str
    os_user: str
    command: str
    recorded_at: datetime
    today: date
    format: Format
    out: Path | None
    show_ids: bool
    is_quiet: bool

    @contextmanager
    def reading(self, *, create: bool = False) -> Iterator["Session"]:
        """Give a session that sees one state of the ledger; show the page within it.

        Full ids shown leave a line in the trail.
        """
        ledger = self.ledger(create=create)
        with ledger.read() as session:
            yield session
        self._close(ledger)

    @contextmanager
    def trying(self) -> Iterator["Session"]:
        """Give a session in which all may be written and nothing lasts; show the page within it."""
        ledger = self.ledger()
        with suppress(_TrialEndsError), ledger.write() as session:
            yield session
            raise _TrialEndsError
        self._close(ledger)

    def _close(self, ledger: "Ledger") -> None:
        """Close a ledger that was only looked at; full ids that were shown leave their line."""
        if self.show_ids:
            with ledger.write() as session:
                self.record(session, show_ids=True)
        ledger.close()

    @contextmanager
    def writing(self, *, create: bool = False, **detail: Any) -> Iterator["Session"]:
        """Give a session in one writing transaction, with its line in the audit trail."""
        ledger = self.ledger(create=create)
        with ledger.write() as session:
            yield session
            self.record(session, **detail)
        ledger.close()

    @contextmanager
    def rebuilding(self, *, is_trial: bool, **detail: Any) -> Iterator["Session"]:
        """Give a session that may take the registry apart; a trial leaves the ledger as it was."""
        ledger = self.ledger()
        with suppress(_TrialEndsError), ledger.rebuild() as session:
            yield session
            if is_trial:
                raise _TrialEndsError
            self.record(session, **detail)
        ledger.close()

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int], None]]:
        """Give what work calls as it goes on: a bar on a terminal, nothing in a pipe."""
        if self.is_quiet or not sys.stderr.isatty():
            yield lambda _words, _percent: None
            return
        from rich.console import Console  # 60 ms, for a person who waits anyway
        from rich.progress import Progress as Bar

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=100)
            yield lambda words, percent: bar.update(task, description=words, completed=percent)

    def is_at_terminal(self) -> bool:
        """Say whether a person sits there who sees the page and can be asked."""
        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        return is_terminal and self.format is Format.TABLE and self.out is None

    def hand(self) -> "Hand":
        """Give who enters something at the desk, when, with which words."""
        from jingzhun.services.hand import Hand

        return Hand(
            actor=self.actor,
            os_user=self.os_user,
            command=self.command,
            recorded_at=self.recorded_at,
        )

    def ledger(self, *, create: bool = False) -> "Ledger":
        """Open the ledger; ``create`` makes it where there is none, and says so."""
        from jingzhun.store.engine import open_ledger  # sqlalchemy: 250 ms

        is_new = create and "://" not in self.db and not Path(self.db).exists()
        ledger = open_ledger(self.db, create=create)
        gc.freeze()  # the modules stay to the end: no collection need look at them
        gc.enable()
        if is_new:
            self.say(f"已建立账本：{Path(self.db).absolute()}")
        if ledger.old_copy is not None:
            self.say(f"账本由旧版程序建立，已换成新版格式，内容不变；原样另存为：{ledger.old_copy}")
        return ledger

    def record(self, session: "Session", **detail: Any) -> None:
        """Write who did what into the audit trail, in the session's transaction."""
        from jingzhun.services.seals import told_in
        from jingzhun.store.schema import Trail  # sqlalchemy is loaded already

        session.add(
            Trail(
                recorded_at=self.recorded_at,
                actor=self.actor,
                os_user=self.os_user,
                command=self.command,
                detail=detail | told_in(session),
            )
        )

    def show(self, page: Page) -> None:
        """Show a page as the user asked for it; a file written is named on stderr."""
        from jingzhun.render import show  # the format's own library is loaded in there

        written = show(
            page, format=self.format, out=self.out, show_ids=self.show_ids, stream=sys.stdout
        )
        if written is not None and self.out is not None:
            self.say(f"已写入：{written}")

    def write(self, chunks: Iterable[str]) -> None:
        """Print a text that has a format of its own, or write it where ``--out`` says.

        Raises:
            JingzhunError: ``output_unwritable``.
        """
        from jingzhun.render import show_text

        written = show_text(chunks, out=self.out, stream=sys.stdout)
        if written is not None:
            self.say(f"已写入：{written}")

    def say(self, words: str) -> None:
        """Tell the person at the desk something beside the result, unless told to be quiet."""
        if not self.is_quiet:
            print(words, file=sys.stderr)


class _TrialEndsError(Exception):
    """Ends a trial: the transaction goes, and with it what was tried."""


def _shared(name: str, words: str, **settings: Any) -> Any:
    return typer.Option(name, help=words, rich_help_panel=SHARED_PANEL, **settings)


_Db = Annotated[
    str,
    _shared(
        "--db",
        "账本文件或数据库地址；不写时看环境变量 JINGZHUN_DB，再不然是当前文件夹的 jingzhun.db。",
        metavar="账本",
        envvar="JINGZHUN_DB",
    ),
]
_By = Annotated[
    str,
    _shared(
        "--by",
        "经办人，记入操作留痕；也可设环境变量 JINGZHUN_ACTOR。",
        metavar="姓名",
        envvar="JINGZHUN_ACTOR",
    ),
]
_On = Annotated[
    date | None, _shared("--on", "把这一天当作今天，如 2026-11-24。", metavar="日期", parser=day)
]
_Format = Annotated[
    Format | None,
    _shared(
        "--format",
        "table、json、csv、xlsx 或 html；不写时看 --out 的后缀，再不然是 table。",
        metavar="格式",
        parser=choice(Format),
    ),
]
_Out = Annotated[
    Path | None, _shared("--out", "写到文件，不在屏幕上显示。", metavar="文件", readable=False)
]
_ShowIds = Annotated[bool, _shared("--show-ids", "显示完整的身份证号、学籍号；会记入操作留痕。")]
_Quiet = Annotated[bool, _shared("--quiet", "不显示进度和提示。")]


def _sit(
    *,
    db: _Db = "",
    by: _By = "",
    on: _On = None,
    format_: _Format = None,
    out: _Out = None,
    show_ids: _ShowIds = False,
    quiet: _Quiet = False,
) -> Desk:
    """Make the desk of the options that every command shares: this signature is their list."""
    system_user = _system_user()
    if out and format_ is None and out.suffix.lower() in _NOT_OURS:
        raise UsageError(
            "bad_value",
            f"不会写 {out.suffix} 文件：{out.name}。",
            "请把 --out 的后缀写成 .xlsx、.html、.csv 或 .json。",
        )
    inferred = _SUFFIXES.get(out.suffix.lower(), Format.TABLE) if out else Format.TABLE
    now = datetime.now(UTC)
    return Desk(
        db=db or DEFAULT_LEDGER,
        actor=by or system_user,
        os_user=system_user,
        command=" ".join(["jingzhun", *map(_quoted, sys.argv[1:])]),
        recorded_at=now,
        today=on or now.astimezone().date(),
        format=format_ or inferred,
        out=out,
        show_ids=show_ids,
        is_quiet=quiet,
    )


class Command(Helpful, TyperCommand):
    """A command of ours: our help page, and ``--month`` without a value for this month."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; an option that may stand bare gets ``this``."""
        filled: list[str] = []
        for place, word in enumerate(args):
            filled.append(word)
            follower = args[place + 1] if place + 1 < len(args) else "-"
            if word == "--month" and follower.startswith("-"):
                filled.append("this")
        return super().parse_args(ctx, filled)


def hang(tree: typer.Typer, name: str, function: Function) -> None:
    """Hang a function in the tree under a name; its first parameter becomes the Desk."""
    own = list(inspect.signature(function).parameters.values())[1:]
    shared = list(inspect.signature(_sit).parameters.values())

    def run(**words: Any) -> ExitStatus | None:
        desk = _sit(**{param.name: words.pop(param.name) for param in shared})
        return function(desk, **words)

    parameters = [param.replace(kind=param.KEYWORD_ONLY) for param in (*own, *shared)]
    described: Any = run
    described.__doc__ = function.__doc__
    described.__signature__ = inspect.Signature(parameters)
    described.__annotations__ = {param.name: param.annotation for param in parameters}
    tree.command(name, cls=Command)(run)


def _quoted(word: str) -> str:
    """Give a word typed as the trail may keep it: long numbers masked, text whatever its bytes."""
    return mask_text(word.encode("utf-8", "replace").decode())


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "未知"
