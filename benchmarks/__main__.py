"""``python -m benchmarks``: every figure beside its limit, measured in the same run."""

from __future__ import annotations

import asyncio
import sys

from rich.console import Console
from rich.table import Table

from benchmarks import decisions, dispatch, presses, screens

PARTS = ("decisions", "dispatch", "presses", "slow", "screens")


async def main(parts: list[str]) -> int:
    """Print the table; the exit code says how many limits were missed."""
    rows = []
    if "decisions" in parts:
        rows += decisions.measure()
    if "dispatch" in parts:
        rows += dispatch.measure()
    if "presses" in parts:
        rows += await presses.measure()
    if "slow" in parts:
        rows += await presses.measure(slow=True)
    if "screens" in parts:
        rows += await screens.measure()
    table = Table("what", "measured (ours : bare)", "ratio", "limit", "")
    for name, figures, ratio, limit, reached in rows:
        table.add_row(name, figures, ratio, limit, "" if limit == "stated" else "reached" if reached else "MISSED")
    Console(width=130).print(table)
    return sum(not reached for *_, reached in rows)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:] or list(PARTS))))
