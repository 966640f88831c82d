"""Tells a person at a terminal how a rehearsal goes."""

from __future__ import annotations

from rich.console import Console

from hallserver.rehearsal.playing import play


async def play_and_tell(server_url: str, hall: str, token: str, *, speed: float, seed: int, out: Console) -> bool:
    """True when nothing went wrong."""
    summary = await play(server_url, hall, token, speed=speed, seed=seed)
    out.print(summary.to_json())
    return True
