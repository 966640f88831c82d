"""Leaves the hall as it was found: numbers given up, services ended, windows closed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hallserver.rehearsal.clerks import Clerk
from hallserver.rehearsal.pressing import Refused
from hallserver.rehearsal.residents import Resident
from hallserver.rehearsal.scene import Scene

TRIES = 3
"""A call that was under way when the day was stopped may come to the window after it was looked at."""


async def clear_up(scene: Scene, clerks: Sequence[Clerk]) -> None:
    """After the day, or in the middle of it. What somebody else has in hand stays theirs. Raises Impossible."""
    unanswered = scene.room.unanswered.items()
    await asyncio.gather(*(resident.take_number_again(key) for key, resident in list(unanswered)))
    await asyncio.gather(*(_send_home(scene, r) for r in scene.room.tickets.values() if not r.ended))
    await asyncio.gather(*(_close(scene, clerk) for clerk in clerks if clerk.has_window and not clerk.handed_over))


async def _send_home(scene: Scene, resident: Resident) -> None:
    """Who still waits, or never came back after missing the call."""
    try:
        await scene.api.press("POST", f"tickets/{resident.ticket}/cancellation", {"reason": "演练结束"})
    except Refused:
        return  # being served: the window ends it, ours below or somebody else's
    resident.sent_home()


async def _close(scene: Scene, clerk: Clerk) -> None:
    path = f"windows/{clerk.window.id}"
    for _ in range(TRIES):
        try:
            await _empty(scene, clerk)
            await scene.api.press("PUT", f"{path}/state", {"state": "closed"})
        except Refused:
            continue
        clerk.has_window = False
        return
    scene.tally.went_wrong("a window could not be closed at the end")


async def _empty(scene: Scene, clerk: Clerk) -> None:
    """End the service at the window; somebody else's number goes back to its place in the queue."""
    ticket = (await scene.api.look(f"views/window/{clerk.window.id}"))["ticket"]
    if ticket is None:
        return
    resident = scene.room.tickets.get(ticket["id"])
    if resident is not None:
        told = await scene.api.press("POST", f"windows/{clerk.window.id}/completions")
        resident.served(told["ticket"])
        if not resident.ended:  # a chain goes on
            await _send_home(scene, resident)
    else:
        wanted = {"item": ticket["item"]} if ticket["item"] else {"zone": ticket["zone"]}
        await scene.api.press("POST", f"tickets/{ticket['id']}/transfer", wanted)
