"""What is counted while a day is played, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from typing import Any

WRONGS_LIMIT = 200
"""Different things that went wrong are told apart up to this many."""


@dataclass(slots=True)
class ZoneTally:
    tickets: int = 0
    waits_s: list[float] = field(default_factory=list)
    open_s: float = 0.0
    busy_s: float = 0.0


@dataclass(slots=True)
class Tally:
    """The counters of a day under way."""

    zones: dict[str, ZoneTally]
    tickets: int = 0
    done: int = 0
    cancelled: int = 0
    passed: int = 0
    returned: int = 0
    parts: int = 0
    """Matters of chains that were settled before the last."""
    brought: int = 0
    """Who was told what is missing came back with it, with the same number."""
    booked: int = 0
    arrived: int = 0
    arrived_late: int = 0
    too_early: int = 0
    """Came before the hall lets a booking arrive."""
    missed: int = 0
    """Came so late that the hall had given the booking up."""
    no_shows: int = 0
    not_back: int = 0
    held: int = 0
    sent_on: int = 0
    turned_away: int = 0
    sent_home: int = 0
    others_served: int = 0
    levels: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    answer_ms: list[float] = field(default_factory=list)
    speed_reached: float = 0.0
    """How many times faster than real it was: the played clock waits for the machine."""

    def went_wrong(self, sentence: str) -> None:
        """Something that a customer would complain of."""
        if sentence not in self.wrong and len(self.wrong) >= WRONGS_LIMIT:
            sentence = "more that went wrong in other ways"
        self.wrong[sentence] += 1


@dataclass(frozen=True, slots=True)
class ZoneSummary:
    """Minutes are the hall's own: real time times the speed. None where nobody was called."""

    zone: str
    name: str
    tickets: int
    mean_wait_min: float | None
    wait_95_min: float | None
    longest_wait_min: float | None
    busy_share: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A played day. ``refused`` and ``wrong`` say how often; the day was good when ``faults`` is 0."""

    tickets: int
    done: int
    cancelled: int
    passed: int
    returned: int
    parts: int
    brought: int
    booked: int
    arrived: int
    arrived_late: int
    too_early: int
    missed: int
    no_shows: int
    not_back: int
    held: int
    sent_on: int
    turned_away: int
    sent_home: int
    others_served: int
    mean_wait_min: float | None
    wait_95_min: float | None
    longest_wait_min: float | None
    busy_share: float | None
    ratings: int
    good_rate: float | None
    presses: int
    answer_median_ms: float | None
    answer_99_ms: float | None
    speed_times: float
    refused: dict[str, int]
    faults: int
    wrong: dict[str, int]
    zones: tuple[ZoneSummary, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def summary_of(tally: Tally, names: dict[str, str]) -> Summary:
    """The sums of a day, finished or stopped."""
    waits_s = [wait for zone in tally.zones.values() for wait in zone.waits_s]
    ratings = sum(tally.levels.values())
    return Summary(
        tickets=tally.tickets,
        done=tally.done,
        cancelled=tally.cancelled,
        passed=tally.passed,
        returned=tally.returned,
        parts=tally.parts,
        brought=tally.brought,
        booked=tally.booked,
        arrived=tally.arrived,
        arrived_late=tally.arrived_late,
        too_early=tally.too_early,
        missed=tally.missed,
        no_shows=tally.no_shows,
        not_back=tally.not_back,
        held=tally.held,
        sent_on=tally.sent_on,
        turned_away=tally.turned_away,
        sent_home=tally.sent_home,
        others_served=tally.others_served,
        mean_wait_min=_mean_min(waits_s),
        wait_95_min=_part_min(waits_s, 0.95),
        longest_wait_min=_part_min(waits_s, 1.0),
        busy_share=_share(sum(z.busy_s for z in tally.zones.values()), sum(z.open_s for z in tally.zones.values())),
        ratings=ratings,
        good_rate=_share(sum(count for level, count in tally.levels.items() if level >= 3), ratings),
        presses=len(tally.answer_ms),
        answer_median_ms=_part(tally.answer_ms, 0.5),
        answer_99_ms=_part(tally.answer_ms, 0.99),
        speed_times=round(tally.speed_reached, 1),
        refused=dict(sorted(tally.refused.items())),
        faults=sum(tally.wrong.values()),
        wrong=dict(tally.wrong.most_common()),
        zones=tuple(
            ZoneSummary(
                zone=name,
                name=names[name],
                tickets=zone.tickets,
                mean_wait_min=_mean_min(zone.waits_s),
                wait_95_min=_part_min(zone.waits_s, 0.95),
                longest_wait_min=_part_min(zone.waits_s, 1.0),
                busy_share=_share(zone.busy_s, zone.open_s),
            )
            for name, zone in tally.zones.items()
        ),
    )


def _part(values: Sequence[float], share: float) -> float | None:
    """The value that ``share`` of them do not exceed."""
    if not values:
        return None
    return round(sorted(values)[max(0, ceil(share * len(values)) - 1)], 1)


def _part_min(waits_s: Sequence[float], share: float) -> float | None:
    return _part([wait / 60 for wait in waits_s], share)


def _mean_min(waits_s: Sequence[float]) -> float | None:
    return round(sum(waits_s) / len(waits_s) / 60, 1) if waits_s else None


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None
