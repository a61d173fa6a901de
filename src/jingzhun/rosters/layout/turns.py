"""A first and a second helper in one row: the table is read once for each of them.

What the row says besides is so of both; plain columns right of a helper's own are that helper's.
"""

from dataclasses import replace

from jingzhun.rosters.kinds import KindSpec
from jingzhun.rosters.layout.detect import candidates, detect, nth
from jingzhun.rosters.layout.header import Header


def one_by_one(header: Header) -> list[Header]:
    """Give the header once for each helper that a row names; as it is where there is one.

    The first helpers come last: theirs alone may be a whole list, which ends the pairs that no
    table of the page tells.
    """
    spec = header.match.spec if header.match else None
    if spec is None or not spec.each:
        return [header]
    owners = _owners(header.headers, spec)
    turns = sorted({owner for owner in owners if owner}, reverse=True)
    if len(turns) < 2:
        return [header]
    return [_of_turn(header, owners, turn) for turn in turns]


def _owners(headers: tuple[str, ...], spec: KindSpec) -> list[int]:
    """Give by column whose it is, 0 for everybody's; a helper without a number is the first."""
    owners: list[int] = []
    current = 0
    for header in headers:
        number, rest = nth(header, spec)
        field = next((spec.headers[word] for word in candidates(rest) if word in spec.headers), "")
        if number or field == spec.each:
            current = number or 1
        elif not field.startswith(spec.each) and header not in spec.beside.get(spec.each, ()):
            current = 0
        owners.append(current)
    return owners


def _of_turn(header: Header, owners: list[int], turn: int) -> Header:
    own = tuple(
        word if owner in {0, turn} else ""
        for word, owner in zip(header.headers, owners, strict=True)
    )
    match, nearest = detect(own, header.words, title=header.title, said=header.said)
    return replace(header, headers=own, match=match, nearest=nearest, turn=turn)
