"""Whatever people press, in whatever order, through midnight and back to work."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hallserver.events import Deed, Event, TicketCalled, read_event
from hallserver.moments import local_day
from hallserver.refusals import Refusal
from hallserver.rules.arrivals import self_calls, set_to_call
from hallserver.rules.assigning import Wanted, add_window, assign_together, remove_window, undo
from hallserver.rules.bringing import may_return
from hallserver.rules.calling import call_by_name, call_next, mark_absent, recall, undo_call
from hallserver.rules.cases import WAYS, hand_over_case, make_ready, set_back, supply
from hallserver.rules.chains import plan_chain
from hallserver.rules.days import configure, tick
from hallserver.rules.folding import fold
from hallserver.rules.hall import new_hall
from hallserver.rules.issuing import issue
from hallserver.rules.layout import DAYS, Layout, Session
from hallserver.rules.owners import accept_visit
from hallserver.rules.papers import paper_came
from hallserver.rules.planning import adopt_plan, drop_plan, save_plan
from hallserver.rules.ratings import rate
from hallserver.rules.reports import call_was_heard
from hallserver.rules.services import OUTCOMES, complete, hand_over, hold, start_service, transfer
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.tuning import filed_layout, tune
from hallserver.rules.visits import cancel, come_back
from hallserver.rules.windows import assign, set_state
from hallserver.views.catalogue import view
from tests.a_hall import ITEMS, a_layout, at, with_window
from tests.rules.any_hall import best_by_hand, check, nobody_is_overtaken, nobody_waits_beside_a_window_that_calls
from tests.rules.any_setting import CHANGES, PLANS, TUNED

SECOND_MS, MINUTE_MS, HOUR_MS = 1_000, 60_000, 3_600_000
HOURS = {
    "by day": {"sessions": (Session(DAYS, "08:30", "17:00"),)},
    "by night too": {"sessions": (Session(DAYS, "08:30", "24:00"), Session(DAYS, "00:00", "02:00"))},
    "always": {"always_open": True},
}
windows = st.sampled_from([*"1122345", "99"])
zones = st.sampled_from(["zonghe", "zonghe", "gongan", "chujian", "moon"])
items = st.sampled_from([*(item.id for item in ITEMS), "xx-404"])
picks = st.integers(0, 999)
rarely = st.sampled_from([False, False, False, True])


class AnyDay(RuleBasedStateMachine):
    """A hall, and its twin that knows only the log."""

    @initialize(hours=st.sampled_from(sorted(HOURS)))
    def open_the_hall(self, hours: str) -> None:
        self.now = at("08:30")
        self.hours = HOURS[hours]
        self.hall, self.twin = new_hall("hall"), new_hall("hall")
        self.lines: list[tuple[int, int, str, str]] = []
        self.given: set[str] = set()
        self.numbers: dict[str, str] = {}
        self.today: Counter[str] = Counter()
        self.told: list[Event] = []
        self.press(configure, layout=self.layout("as ever"))
        self.press(tick)
        for window in "123":
            self.press(set_state, window=window, state="open", clerk=f"clerk-{window}")

    def layout(self, change: str) -> Layout:
        return a_layout(**{**self.hours, **CHANGES[change]})

    def press(self, rule_: Any, **details: Any) -> bool:
        """Decide, write the log, fold it on both sides. Whether there was a yes."""
        try:
            events = rule_(self.hall, self.now, **details)
        except Refusal:
            events = None
        assert self.hall == self.twin, "a rule only decides"
        self.told = [self.take(event) for event in events or []]
        for called in self_calls(self.hall, self.now) if events is not None else ():
            self.take(called)
        return events is not None

    def take(self, event: Event) -> Event:
        """One event becomes a line, and both sides fold it."""
        deed = Deed(self.hall.number + 1, self.now, "hall", event)
        if isinstance(event, TicketCalled):
            nobody_is_overtaken(self.hall, event)
        fold(self.hall, deed)
        self.lines.append((deed.number, deed.at, event.kind, deed.facts_json()))
        read = read_event(event.kind, json.loads(deed.facts_json()))
        assert read == event
        fold(self.twin, Deed(deed.number, deed.at, "hall", read))
        self.count(event.kind, event.facts())
        return event

    def count(self, kind: str, facts: dict[str, Any]) -> None:
        if kind == "DayBegan":
            self.today.clear()
        self.today[kind] += 1
        if kind in ("TicketIssued", "TicketBooked"):
            assert facts["ticket"].endswith(f"-{facts['shown']}")
            assert facts["ticket"] not in self.given, "a number twice a day"
            self.given.add(facts["ticket"])
            self.numbers[facts["ticket"]] = facts["shown"]

    def ticket(self, pick: int) -> str:
        """Any ticket of the hall, or one it never gave."""
        known = [*self.hall.tickets, "20261101-A404"]
        return known[pick % len(known)]

    def window(self, pick: int, *, free: bool) -> str:
        """A window with nobody in front of it, or with somebody; or one that does not exist."""
        known = [window.id for window in self.hall.windows.values() if (window.ticket is None) == free]
        return known[pick % len(known)] if known else "99"

    @rule(passed_ms=st.sampled_from([1, SECOND_MS, 20 * SECOND_MS, 3 * MINUTE_MS, 12 * MINUTE_MS, 50 * MINUTE_MS]))
    def time_passes(self, passed_ms: int) -> None:
        self.now += passed_ms
        self.press(tick)

    @rule(
        zone=zones,
        class_=st.sampled_from(["walk_in", "walk_in", "green"]),
        paper=st.booleans(),
        times=st.integers(1, 9),
    )
    def people_come(self, zone: str, class_: str, paper: bool, times: int) -> None:
        for _ in range(times):
            self.press(issue, zone=zone, class_=class_, reason="elderly", paper=paper)

    @rule(item=items, class_=st.sampled_from(["walk_in", "green", "booked"]), reason=st.sampled_from(["elderly", None]))
    def somebody_comes_with_a_matter(self, item: str, class_: str, reason: str | None) -> None:
        self.press(issue, item=item, class_=class_, reason=reason)

    @precondition(lambda self: any(w.state == "open" and w.ticket is None for w in self.hall.windows.values()))
    @rule(pick=picks, times=st.integers(1, 4))
    def next_please(self, pick: int, times: int) -> None:
        free = [w.id for w in self.hall.windows.values() if w.state == "open" and w.ticket is None]
        for n in range(min(times, len(free))):
            self.call_the_best(free[(pick + n) % len(free)])

    def call_the_best(self, window: str) -> None:
        at_window = self.hall.windows.get(window)
        best = best_by_hand(self.hall, at_window, self.now) if at_window else []
        if not self.press(call_next, window=window, presser="c9"):
            assert not best or at_window is None or at_window.state != "open" or at_window.ticket is not None
            return
        [called] = self.told
        assert isinstance(called, TicketCalled)
        assert called.ticket == best[0][2]
        why = called.why
        assert why["waited_min"] >= 0
        assert abs(why["score_min"] + best[0][0] / MINUTE_MS) < 0.01
        assert abs(why["waited_min"] + why["head_start_min"] - why["handicap_min"] - why["score_min"]) < 0.02
        next_best = None if len(best) < 2 else round(-best[1][0] / MINUTE_MS, 2)
        assert why["next_best_min"] == next_best

    @precondition(lambda self: any(w.ticket is not None for w in self.hall.windows.values()))
    @rule(
        pick=picks,
        pressed=st.sampled_from([recall, mark_absent, mark_absent, start_service, hold, complete, undo_call]),
    )
    def a_clerk_presses(self, pick: int, pressed: Any) -> None:
        self.press(pressed, window=self.window(pick, free=False))

    @rule(chain=st.lists(items, min_size=1, max_size=4), class_=st.sampled_from(["walk_in", "green"]))
    def somebody_comes_with_several_matters(self, chain: list[str], class_: str) -> None:
        self.press(issue, chain=chain, class_=class_, reason="elderly")

    @rule(pick=picks, chain=st.lists(items, max_size=3))
    def a_chain_is_planned(self, pick: int, chain: list[str]) -> None:
        self.press(plan_chain, ticket=self.ticket(pick), items=chain)

    @precondition(lambda self: any(w.ticket is not None for w in self.hall.windows.values()))
    @rule(pick=picks, to=st.sampled_from(["c1", "c2"]))
    def the_next_clerk_takes_over(self, pick: int, to: str) -> None:
        self.press(hand_over, window=self.window(pick, free=False), to=to)
        self.press(accept_visit, ticket=self.ticket(pick), clerk=to)

    @precondition(
        lambda self: (
            not self.hall.callers and any(w.state == "open" and w.ticket is None for w in self.hall.windows.values())
        )
    )
    @rule(pick=picks)
    def a_call_is_taken_back(self, pick: int) -> None:
        free = [w.id for w in self.hall.windows.values() if w.state == "open" and w.ticket is None]
        window = free[pick % len(free)]
        counts = {zone: queue.in_order(self.hall.layout.head_start_ms) for zone, queue in self.hall.queues.items()}
        sums = self.hall.figures.called, self.hall.figures.waited_ms
        if self.press(call_next, window=window, presser="c9"):
            assert self.press(undo_call, window=window)
            after = {zone: queue.in_order(self.hall.layout.head_start_ms) for zone, queue in self.hall.queues.items()}
            assert after == counts, "a call that was taken back moved somebody"
            assert (self.hall.figures.called, self.hall.figures.waited_ms) == sums

    @precondition(lambda self: any(w.ticket is not None for w in self.hall.windows.values()))
    @rule(pick=picks, outcome=st.sampled_from([*OUTCOMES, "no"]))
    def a_service_ends(self, pick: int, outcome: str) -> None:
        window = self.window(pick, free=False)
        at_window = self.hall.windows.get(window)
        served = at_window.ticket if at_window else None
        if self.press(complete, window=window, outcome=outcome, note="看材料") and self.lines[-1][2] == "ServiceEnded":
            self.press(rate, ticket=served, level=1 + pick % 5, options=["510", "214"][: pick % 2])

    @rule(pick=picks, window=picks)
    def a_name_is_called(self, pick: int, window: int) -> None:
        named = [t.id for t in self.hall.tickets.values() if t.state in ("passed", "held", "waiting")] or [
            self.ticket(pick)
        ]
        self.press(
            call_by_name,
            window=self.window(window, free=True),
            ticket=named[pick % len(named)],
            reason="here",
            presser="c9",
        )

    @rule(
        pick=picks,
        to=st.fixed_dictionaries({}, optional={"zone": zones, "item": items, "window": windows}),
        keep_wait=st.booleans(),
    )
    def a_ticket_is_sent_on(self, pick: int, to: dict[str, str], keep_wait: bool) -> None:
        self.press(transfer, ticket=self.ticket(pick), keep_wait=keep_wait, **to)

    @precondition(lambda self: any(may_return(self.hall, ticket) for ticket in self.hall.tickets.values()))
    @rule(pick=picks, by_name=st.booleans(), window=picks)
    def one_comes_back_with_what_was_missing(self, pick: int, by_name: bool, window: int) -> None:
        missing = [ticket for ticket in self.hall.tickets.values() if may_return(self.hall, ticket)]
        back = missing[pick % len(missing)].id
        if by_name:
            self.press(call_by_name, window=self.window(window, free=True), ticket=back, presser="c9")
        else:
            self.press(come_back, ticket=back)

    @precondition(lambda self: any(ticket.state == "passed" for ticket in self.hall.tickets.values()))
    @rule(pick=picks)
    def one_who_missed_the_call_comes_back(self, pick: int) -> None:
        passed = [ticket for ticket in self.hall.tickets.values() if ticket.state == "passed"]
        back = passed[pick % len(passed)]
        waiting = len(self.hall.queue(back.zone))
        assert self.press(come_back, ticket=back.id)
        if back.state == "waiting":
            assert self.hall.ahead_of(back) >= min(self.hall.layout.return_places, waiting)

    @precondition(lambda self: self.hall.cases)
    @rule(
        pick=picks,
        pressed=st.sampled_from([supply, make_ready, make_ready, set_back, hand_over_case, hand_over_case]),
        way=st.sampled_from([*WAYS, "by pigeon"]),
        yes=st.sampled_from([True, True, False]),
    )
    def somebody_presses_on_a_case(self, pick: int, pressed: Any, way: str, yes: bool) -> None:
        details = {supply: {"supplied": yes}, make_ready: {"call": yes}, hand_over_case: {"way": way}}.get(pressed, {})
        self.press(pressed, case=[*self.hall.cases, 10**9][pick % (len(self.hall.cases) + 1)], **details)

    @rule(window=windows, state=st.sampled_from(["open", "open", "open", "paused", "closed", "ajar"]), pick=picks)
    def a_window_changes(self, window: str, state: str, pick: int) -> None:
        self.press(set_state, window=window, state=state, clerk=["c1", "c2", None][pick % 3])

    @rule(window=windows, zone=zones, support=st.one_of(st.none(), zones))
    def a_window_is_assigned(self, window: str, zone: str, support: str | None) -> None:
        self.press(assign, window=window, zone=zone, support=support)

    @rule(window=windows, by_itself=st.booleans())
    def a_window_is_set_to_call(self, window: str, by_itself: bool) -> None:
        self.press(set_to_call, window=window, by_itself=by_itself)

    @rule(
        window=windows,
        pick=picks,
        pressed=st.sampled_from([call_next, recall, mark_absent, start_service, hold, complete]),
    )
    def anybody_presses_anything(self, window: str, pick: int, pressed: Any) -> None:
        self.press(pressed, window=window, **({"presser": "c9"} if pressed is call_next else {}))
        self.press(call_by_name, window=window, ticket=self.ticket(pick), presser="c9")
        self.press(
            [cancel, come_back, rate][pick % 3], ticket=self.ticket(pick), **({"level": 5} if pick % 3 == 2 else {})
        )
        cause = None if pick % 2 else "no_paper"
        self.press(paper_came, ticket=self.ticket(pick), deed=1, printer="roll", cause=cause)
        self.press(call_was_heard, ticket=self.ticket(pick), window=window, deed=1, cause=cause)

    @rule(window=windows, zone=zones, support=zones, pick=picks)
    def a_manager_moves_two_windows_and_puts_a_change_back(
        self, window: str, zone: str, support: str, pick: int
    ) -> None:
        other = self.window(pick, free=bool(pick % 2))
        self.press(assign_together, wanted=[Wanted(window, zone), Wanted(other, zone, support)], until="day")
        if self.hall.changes:
            self.press(undo, number=self.hall.changes[pick % len(self.hall.changes)].number)

    @rule(zone=zones, support=zones, pick=picks, happens=rarely)
    def a_mobile_window_comes_or_goes(self, zone: str, support: str, pick: int, happens: bool) -> None:
        if happens and self.press(add_window, zone=zone, support=support if pick % 2 else None):
            self.press(set_state, window=str(self.told[0].facts()["window"]), state="open", clerk="clerk-m")
        elif happens:
            self.press(remove_window, window=self.window(pick, free=bool(pick % 3)))

    @rule(change=st.sampled_from(sorted(CHANGES)), capable=st.booleans(), happens=rarely)
    def the_settings_change(self, change: str, capable: bool, happens: bool) -> None:
        layout = self.layout(change if happens else "as ever")
        if not capable:
            layout = with_window(layout, "2", capabilities=())
        self.press(configure, layout=layout)
        assert filed_layout(self.hall) == layout
        assert configure(self.hall, self.now, layout=layout) == []

    @rule(name=st.sampled_from(sorted(PLANS)), happens=rarely, ahead=st.booleans())
    def a_plan_is_followed_or_dropped(self, name: str, happens: bool, ahead: bool) -> None:
        for plan in list(self.hall.plans):
            if happens:
                self.press(drop_plan, plan=plan)
            else:
                latest = self.hall.plans[plan].latest
                self.press(save_plan, plan=plan, version=latest.version, name=latest.name, bands=PLANS[name])
        self.press(save_plan, name=name, bands=PLANS[name])
        day = local_day(self.now, self.hall.layout.tz) + timedelta(days=ahead)
        for plan in [*self.hall.plans][-1:]:  # none, where a window that it names is gone
            self.press(adopt_plan, plan=plan, from_day=day.isoformat())
        self.press(tick)

    @rule(key=st.sampled_from(sorted(TUNED)), back=st.booleans())
    def a_setting_is_tuned(self, key: str, back: bool) -> None:
        filed = filed_layout(self.hall)
        self.press(tune, changes={key: None if back else TUNED[key]})
        assert filed_layout(self.hall) == filed

    @rule(beyond_ms=st.sampled_from([-1, 0, 5 * MINUTE_MS, 9 * HOUR_MS, 60 * HOUR_MS]), happens=rarely)
    def midnight_comes(self, beyond_ms: int, happens: bool) -> None:
        if happens:
            self.now = max(self.now, self.hall.day_ends + beyond_ms)
            assert self.press(tick)

    @rule(happens=rarely)
    def the_server_starts_from_its_snapshot(self, happens: bool) -> None:
        """From here on the twin is one that never saw the deeds before."""
        if happens:
            self.twin = from_plain(json.loads(json.dumps(to_plain(self.hall))))

    @invariant()
    def the_hall_makes_sense(self) -> None:
        assert self.hall == self.twin
        check(self.hall, self.now)
        nobody_waits_beside_a_window_that_calls(self.hall, self.now)

    @invariant()
    def the_figures_are_those_of_the_day(self) -> None:
        figures = self.hall.figures
        assert figures.issued == self.today["TicketIssued"]
        assert (figures.booked, figures.missed) == (self.today["TicketBooked"], self.today["BookingMissed"])
        visits = figures.issued + self.today["BookingArrived"] + self.today["HomeVisited"]
        assert sum(figures.by_channel.values()) == sum(figures.by_class.values()) == visits
        assert figures.done == self.today["ServiceEnded"]
        assert figures.home_visits == self.today["HomeVisited"]
        assert figures.ratings == self.today["RatingGiven"]
        assert figures.print_failures == self.today["TicketPrintFailed"]

    @invariant()
    def nobody_ever_has_a_second_number(self) -> None:
        assert {t.id: t.shown for t in self.hall.tickets.values()}.items() <= self.numbers.items()

    @invariant()
    def now_and_then_somebody_looks_at_every_screen(self) -> None:
        if self.hall.number % 5 == 0:
            self.every_screen_can_be_drawn()

    def every_screen_can_be_drawn(self) -> None:
        names = ["board", "kiosk", "floor", "day", *(f"zone/{zone}" for zone in self.hall.layout.zones)]
        names += [f"{screen}/{window}" for window in self.hall.windows for screen in ("window", "pad")]
        names += [f"ticket/{ticket}" for ticket in list(self.hall.tickets)[-3:]]
        for name in names:
            shown = view(self.hall, self.now, name)
            assert all(zone["oldest_wait_min"] >= 0 for zone in shown.get("zones", []) if "waiting" in zone)
        assert self.hall == self.twin, "a view only looks"

    def teardown(self) -> None:
        if not hasattr(self, "lines"):
            return
        again = new_hall("hall")
        for number, moment, kind, facts in self.lines:
            fold(again, Deed(number, moment, "hall", read_event(kind, json.loads(facts))))
        assert again == self.hall, "the log folded from its first line is the hall"


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(
    max_examples=150,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
