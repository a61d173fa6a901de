"""The policies that ship with the program: packs of schemes, derived facts, holidays.

``plan/`` and ``national/`` hold one TOML file for each scheme and a ``pack.toml``; the file's name
is the scheme's key. ``facts.toml`` says who is poor, registered, of the four classes.
"""

from functools import cache
from importlib.resources import files

from jingzhun.core.policy import Pack
from jingzhun.errors import PolicyError
from jingzhun.policies.reading import read_facts, read_pack, read_scheme

DEFAULT_PACK = "plan"
_PACK_FILE = "pack.toml"


def pack_names() -> tuple[str, ...]:
    """Give the names of the packs that ship with the program."""
    folders = (folder for folder in files(__name__).iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders if folder.joinpath(_PACK_FILE).is_file()))


@cache
def load_pack(name: str) -> Pack:
    """Read a pack and the definitions of its derived facts.

    Raises:
        PolicyError: no such pack, or a broken file.
    """
    if name not in pack_names():
        raise PolicyError(
            "policy_unknown_pack",
            f"没有名为“{name}”的政策包。",
            f"可以用：{'、'.join(pack_names())}。",
        )
    root = files(__name__)
    facts = read_facts("facts.toml", root.joinpath("facts.toml").read_text("utf-8"))
    folder = root.joinpath(name)
    schemes = [
        read_scheme(
            file.name.removesuffix(".toml"), f"{name}/{file.name}", file.read_text("utf-8"), facts
        )
        for file in sorted(folder.iterdir(), key=lambda each: each.name)
        if file.name.endswith(".toml") and file.name != _PACK_FILE
    ]
    text = folder.joinpath(_PACK_FILE).read_text("utf-8")
    return read_pack(name, f"{name}/{_PACK_FILE}", text, schemes, facts)
