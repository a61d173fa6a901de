"""The one place where errors become words: Chinese on stderr, JSON on stdout when asked for.

Every error ends in one message of three parts — what was found, what to do next, and the exit
status. No traceback reaches a user: it would print values, and ours hold id numbers.
"""

import contextlib
import itertools
import json
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from jingzhun.cli.layout import Helpful
from jingzhun.cli.usage import usage_error
from jingzhun.core.system import system_words
from jingzhun.errors import ExitStatus, JingzhunError, UsageError

#: What typer ends with when somebody presses Ctrl-C.
_INTERRUPTED = 130
_ASK = "请把所用的命令和这句话告诉维护人员。"


class Tree(Helpful, TyperGroup):
    """A group of commands behind the error boundary."""

    def main(self, *args: Any, **settings: Any) -> NoReturn:
        """Run, turn whatever goes wrong into one message, and exit."""
        speak_safely()
        settings |= {"standalone_mode": False, "prog_name": "jingzhun"}
        try:
            status = super().main(*args, **settings)
            sys.stdout.flush()
            if status == _INTERRUPTED:
                status = complain(KeyboardInterrupt(), sys.argv[1:])
        except BrokenPipeError:
            _stop_writing()
            status = ExitStatus.CANNOT_GO_ON
        except BaseException as error:  # noqa: BLE001 - this is the boundary
            status = complain(error, sys.argv[1:])
        sys.exit(int(status or ExitStatus.DONE))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command by its name.

        Raises:
            UsageError: there is no command of this name.
        """
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            near = get_close_matches(name, self.commands)
            raise UsageError(
                "no_such_command",
                f"没有“{ctx.command_path} {name}”这个命令。",
                f"您要的是“{near[0]}”吗？" if near else f"可用的命令：{'、'.join(self.commands)}。",
            )
        return super().resolve_command(ctx, args)


def complain(error: BaseException, words: list[str]) -> int:
    """Say what went wrong, on stderr and where asked as JSON on stdout; give the exit status."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else ExitStatus.CANNOT_GO_ON
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error, file=sys.stderr)
        return ExitStatus.WRONG_USAGE
    told = explained(error)
    tell(told)
    if wants_json(words):
        with contextlib.suppress(OSError):
            print(json.dumps({"error": as_json(told)}, ensure_ascii=False, indent=2), flush=True)
    return told.exit_status


def tell(error: JingzhunError) -> None:
    """Say on stderr what was found and what to do."""
    print(f"出错：{error.reason}\n办法：{error.remedy}", file=sys.stderr)


def as_json(error: JingzhunError) -> dict[str, str]:
    """Give an error as the JSON contract shows it."""
    told = {"code": error.code, "reason": error.reason, "remedy": error.remedy}
    # A path that is no text (an old archive's) is quoted as well as it can be.
    return {key: words.encode("utf-8", "replace").decode() for key, words in told.items()}


def explained(error: BaseException) -> JingzhunError:
    """Turn any exception into one that can be told: code, reason, remedy."""
    if isinstance(error, JingzhunError):
        return error
    if isinstance(error, typer.TyperException):
        return usage_error(error)
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return JingzhunError(
            "interrupted", "已按您的要求中断，正在处理的这一步没有入账。", "需要时重新运行即可。"
        )
    if isinstance(error, MemoryError):
        return JingzhunError(
            "out_of_memory",
            "内存不够，无法继续；正在处理的这一步没有入账。",
            "请关掉其他程序后重试，或把大文件拆成几份再导入。",
        )
    if isinstance(error, OSError):
        return JingzhunError(
            "system_error",
            f"系统报告：{system_words(error)}（{error.filename or '未指明文件'}）。",
            "请检查磁盘空间、文件权限后重试。",
        )
    return JingzhunError(
        "internal_error",
        f"程序内部出错（{type(error).__name__}，{_place_of(error)}），这一步没有入账，也没有写日志。",
        _ASK,
    )


def wants_json(words: list[str]) -> bool:
    """Tell whether the words typed ask for JSON, also when they do not parse."""
    return "--format=json" in words or ("--format", "json") in itertools.pairwise(words)


def speak_safely() -> None:
    """Let no character that a console cannot show end a command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def _stop_writing() -> None:
    # Python flushes stdout once more on its way out, which would fail again, and loudly.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place_of(error: BaseException) -> str:
    """Give file and line of the deepest frame in this package: what maintainers need, no values."""
    package = str(Path(__file__).parent.parent)
    place = "位置不明"
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(package):
            place = f"{Path(file).relative_to(package).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
