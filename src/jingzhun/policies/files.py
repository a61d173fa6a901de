"""Policy files that a user writes: from disk, by the name that is their key, judged fault by fault.

A file is a scheme's, and its name is the scheme's key; or it is ``facts.toml``, and says who is
registered, poor or of the four classes here; or it has the name of norms (``dropout.toml`` …), and
sets figures of this place.
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jingzhun.core.policy import FACTS_KEY, NORM_KEYS, PolicyText, Scheme
from jingzhun.errors import PolicyError
from jingzhun.policies.gifts import GIFT
from jingzhun.policies.norms import Norms, norms_text, read_own_norms
from jingzhun.policies.packs import Own, definitions, facts_text, pack_names, pack_texts
from jingzhun.policies.reading import Definitions, read_facts, read_scheme

SUFFIX = ".toml"
_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_NORM_FILES = "、".join(f" {key}{SUFFIX}" for key in sorted(NORM_KEYS))


def read_policy_file(path: Path) -> PolicyText:
    """Read a user's policy file; 记事本 may have saved it in either encoding.

    Raises:
        PolicyError: ``policy_file_missing``, ``policy_unreadable``; ``policy_bad_key`` — its name
            is none that a scheme may have.
    """
    try:
        raw = path.read_bytes()
    except OSError:
        why = "它是文件夹或没有权限" if path.exists() else "没有这个文件"
        raise PolicyError(
            "policy_file_missing",
            f"政策文件 {path} 打不开：{why}。",
            "请检查文件名和所在文件夹；要从现成的方案改起，用 jingzhun policy show 键 --toml。",
            file=path.name,
        ) from None
    key = path.name.removesuffix(SUFFIX)
    if not _KEY.fullmatch(key) or key in {*pack_names(), GIFT}:
        raise PolicyError(
            "policy_bad_key",
            f"政策文件 {path.name} 的名称不能作方案的键。",
            "文件名就是方案的键：小写英文字母开头，只用小写字母、数字和下划线，"
            f"如 love_lunch.toml；地方口径的文件叫 facts.toml，地方指标叫{_NORM_FILES}。",
            file=path.name,
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
        return PolicyText(key=key, file=path.name, text=text)
    raise PolicyError(
        "policy_unreadable",
        f"政策文件 {path.name} 不是文字文件。",
        "政策文件是 .toml 文字文件，可以用记事本打开。",
        file=path.name,
    )


def read_own(text: PolicyText, own: Own) -> Scheme | Definitions | Norms:
    """Read a file that would come beside a ledger's ``own`` files.

    Raises:
        PolicyError: with every fault of the file.
    """
    if text.key == FACTS_KEY:
        return read_facts(text.file, text.text, definitions())
    if text.key in NORM_KEYS:
        return read_own_norms(text)
    return read_scheme(text.key, text.file, text.text, definitions(own))


def faults_of(text: PolicyText, own: Own) -> Sequence[PolicyError]:
    """Give the faults of a file that would come beside a ledger's ``own`` files."""
    try:
        read_own(text, own)
    except PolicyError as error:
        return error.faults
    return ()


def newest_start(text: PolicyText, own: Own) -> date:
    """Give the first day of the newest that a file says.

    Raises:
        PolicyError: with every fault of the file.
    """
    if text.key == FACTS_KEY:
        shipped = definitions()
        read = read_facts(text.file, text.text, shipped)
        told = [each for name, held in read.items() for each in held]
        mine = [each for each in told if each not in shipped.get(each.name, ())]
        return max(each.starts for each in mine or told)
    if text.key in NORM_KEYS:
        return max(each[-1].starts for each in read_own_norms(text).values())
    scheme = read_scheme(text.key, text.file, text.text, definitions(own))
    return scheme.versions[-1].starts


def shipped_texts() -> Sequence[PolicyText]:
    """Give the policy files that ship with the program."""
    packs = (text for name in pack_names() for text in pack_texts(name))
    figures = map(norms_text, sorted(NORM_KEYS))
    return tuple(dict.fromkeys((facts_text(), *figures, *packs)))


def beside(own: Own, text: PolicyText) -> Own:
    """Give a ledger's own files with one more, in place of the one with its key."""
    others = {each.key: each for each in own}
    return tuple(each for _, each in sorted({**others, text.key: text}.items()))
