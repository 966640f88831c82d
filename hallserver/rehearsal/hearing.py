"""What a rehearsal makes of each deed: the bell rings, and what somebody else pressed is taken note of."""

from __future__ import annotations

from collections.abc import Iterable

from hallserver.rehearsal.clerks import Clerk
from hallserver.rehearsal.pressing import Json
from hallserver.rehearsal.scene import Scene
from hallserver.rehearsal.watching import Watch

AT_A_WINDOW = frozenset(
    (
        "WindowOpened",
        "WindowPaused",
        "WindowClosed",
        "TicketCalled",
        "TicketRecalled",
        "CallUndone",
        "TicketPassed",
        "TicketHeld",
        "TicketTransferred",
        "ServiceStarted",
        "ServiceHandedOver",
        "PartEnded",
        "ServiceEnded",
    )
)
"""Deeds that only whoever sits at the window does."""
ON_A_TICKET = AT_A_WINDOW | {
    "TicketCancelled",
    "TicketReturned",
    "TicketExpired",
    "RatingGiven",
    "BookingArrived",
    "BookingMissed",
    "BookingMoved",
}


class Hearing:
    """Hears the deeds of one played day."""

    def __init__(self, scene: Scene, watch: Watch, clerks: Iterable[Clerk]) -> None:
        self._scene = scene
        self._watch = watch
        self._clerks = {clerk.window.id: clerk for clerk in clerks}
        self._wants: dict[str, tuple[str, str | None]] = {}
        self._by: str | None = None

    def hear(self, deed: Json) -> None:
        self._watch.hear(deed)
        kind = deed["kind"]
        if kind in ("TicketIssued", "TicketBooked", "TicketTransferred"):
            self._wants[deed["ticket"]] = deed["zone"], deed["item"]
        elif kind == "PartEnded":
            self._wants[deed["ticket"]] = deed["next_zone"], deed["next_item"]
        if kind in ("TicketIssued", "TicketBooked") and deed["channel"] == "rehearsal" and self._by is None:
            self._by = deed["by"]
        if not self._is_ours(deed["by"]):
            self._hear_others(deed)
        if kind in ("TicketIssued", "BookingArrived", "TicketReturned", "TicketTransferred", "PartEnded", "CallUndone"):
            self._ring(deed)
        elif kind == "WindowAssigned" and deed["window"] in self._scene.hall.windows:
            window = self._scene.hall.windows[deed["window"]]
            window.zone, window.support = deed["zone"], deed["support"]

    def _is_ours(self, by: str) -> bool:
        """A rehearsal learns how the log names it from the first number it takes; it presses as a manager."""
        return by == self._by if self._by is not None else by.startswith("manager:")

    def _hear_others(self, deed: Json) -> None:
        kind, ticket, window = deed["kind"], deed.get("ticket"), deed.get("window")
        if ticket is not None and kind in ON_A_TICKET:
            self._scene.touch(ticket)
            resident = self._scene.room.tickets.get(ticket)
            if resident is not None:
                resident.hear_of_others(deed)
        if window in self._clerks and kind in AT_A_WINDOW:
            self._clerks[window].hand_over(with_ticket=kind != "WindowPaused")

    def _ring(self, deed: Json) -> None:
        zone, item = self._wants.get(deed["ticket"], (None, None))
        if zone is not None:
            self._scene.bell.ring(zone, self._scene.needs_of(item), deed.get("to_window"))
