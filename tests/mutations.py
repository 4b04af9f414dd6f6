"""Damaged data, for parsers that must take any bytes."""

from __future__ import annotations

from hypothesis import strategies as st


def mutated(data: bytes) -> st.SearchStrategy[bytes]:
    """Data with some bytes changed, cut out, or put in."""

    def change(spots: list[tuple[int, bytes, int]]) -> bytes:
        changed = bytearray(data)
        for at, new, gone in spots:
            start = at % (len(changed) + 1)
            changed[start : start + gone] = new
        return bytes(changed)

    return st.lists(st.tuples(st.integers(0, len(data)), st.binary(max_size=8), st.integers(0, 12)), min_size=1, max_size=4).map(change)
