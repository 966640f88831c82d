"""好差评: one service, one rating."""

from __future__ import annotations

import pytest

from hallserver.events import Deed, RatingGiven, read_event
from hallserver.rating_codes import LEVELS, OPTIONS
from hallserver.rules.calling import call_next
from hallserver.rules.folding import fold
from hallserver.rules.hall import Hall
from hallserver.rules.ratings import rate
from hallserver.rules.services import complete
from hallserver.rules.snapshot import from_plain, to_plain
from hallserver.rules.visits import cancel
from hallserver.views.staff import pad
from tests.a_hall import a_hall, at, issued, press, refusal

EVERY_OPTION = [(level, code) for level, options in OPTIONS.items() for code in options]


def a_served_hall() -> Hall:
    """A001 was served by clerk-1 at window 1."""
    hall = a_hall()
    issued(hall, at("09:00"), zone="zonghe")
    press(hall, call_next, at("09:01"), window="1")
    press(hall, complete, at("09:10"), window="1")
    return hall


A001 = "20261123-A001"


def test_a_rating_goes_to_the_window_and_the_clerk_who_served() -> None:
    hall = a_served_hall()
    [deed] = press(hall, rate, at("09:11"), ticket=A001, level=5, options=["510", "517"], named=True, has_text=True)
    assert deed.event == RatingGiven(A001, "1", "clerk-1", 5, ["510", "517"], True, True, "pad", 10)
    assert hall.tickets[A001].rated


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_three_and_more_are_good(level: int) -> None:
    hall = a_served_hall()
    press(hall, rate, at("09:11"), ticket=A001, level=level, via="phone")
    assert (hall.figures.ratings, hall.figures.good) == (1, int(level >= 3))


def test_a_service_is_rated_once() -> None:
    hall = a_served_hall()
    press(hall, rate, at("09:11"), ticket=A001, level=1)
    no = refusal(hall, rate, at("09:12"), ticket=A001, level=5)
    assert (no.code, no.details) == ("already_rated", {"ticket": A001, "number": "A001"})


def test_an_option_chosen_twice_counts_once() -> None:
    hall = a_served_hall()
    [deed] = press(hall, rate, at("09:11"), ticket=A001, level=2, options=["214", "207", "214"])
    assert deed.event.facts()["options"] == ["214", "207"]


@pytest.mark.parametrize(("level", "code"), EVERY_OPTION)
def test_every_option_of_a_level_is_taken(level: int, code: str) -> None:
    hall = a_served_hall()
    [deed] = press(hall, rate, at("09:11"), ticket=A001, level=level, options=[code])
    assert deed.event.facts()["options"] == [code]


@pytest.mark.parametrize(("level", "code"), [(5, "108"), (1, "510"), (3, "999"), (4, "")])
def test_an_option_of_another_level_is_refused(level: int, code: str) -> None:
    no = refusal(a_served_hall(), rate, at("09:11"), ticket=A001, level=level, options=[code])
    assert (no.code, no.details) == ("option_unknown", {"option": code, "level": level})


def a_chain_half_done() -> Hall:
    """The first matter of A001 is done by clerk-1 at window 1; the second, at the police, is to come."""
    hall = a_hall()
    issued(hall, at("09:00"), chain=["yb-001", "hz-001"])
    press(hall, call_next, at("09:01"), window="1")
    press(hall, complete, at("09:10"), window="1")
    return hall


def test_each_part_of_a_chain_is_a_service_and_rated_once_with_its_own_window_and_clerk() -> None:
    hall = a_chain_half_done()
    ticket = hall.tickets[A001]
    first = ticket.service
    [deed] = press(hall, rate, at("09:11"), ticket=A001, level=2, options=["213"])
    assert deed.event == RatingGiven(A001, "1", "clerk-1", 2, ["213"], False, False, "pad", first)
    assert refusal(hall, rate, at("09:12"), ticket=A001, level=5).code == "already_rated"
    press(hall, call_next, at("09:20"), window="3")
    assert refusal(hall, rate, at("09:21"), ticket=A001, level=5).code == "already_rated", "only the first has ended"
    press(hall, complete, at("09:40"), window="3")
    assert not ticket.rated
    [deed] = press(hall, rate, at("09:41"), ticket=A001, level=5, via="phone")
    assert deed.event == RatingGiven(A001, "3", "clerk-3", 5, [], False, False, "phone", ticket.service)
    assert [part.rated for part in ticket.chain] == [True, True]
    assert refusal(hall, rate, at("09:42"), ticket=A001, level=5, service=first).code == "already_rated"
    assert refusal(hall, rate, at("09:42"), ticket=A001, level=5, service=1).code == "not_served"
    assert (hall.figures.ratings, hall.figures.good) == (2, 1)
    assert from_plain(to_plain(hall)) == hall


def test_a_part_may_be_rated_late_at_its_pad_while_the_next_one_is_over_already() -> None:
    hall = a_chain_half_done()
    first = hall.tickets[A001].service
    press(hall, call_next, at("09:10:30"), window="3")
    press(hall, complete, at("09:10:40"), window="3")
    [deed] = press(hall, rate, at("09:10:50"), ticket=A001, level=4, service=first)
    assert isinstance(deed.event, RatingGiven)
    assert (deed.event.window, hall.tickets[A001].rated) == ("1", False)


def test_who_gives_up_the_rest_may_still_rate_what_was_served() -> None:
    hall = a_chain_half_done()
    press(hall, cancel, at("09:15"), ticket=A001)
    [deed] = press(hall, rate, at("09:16"), ticket=A001, level=5, via="phone")
    assert isinstance(deed.event, RatingGiven)
    assert deed.event.window == "1"


def test_a_rating_of_a_log_that_named_no_service_is_the_last_ones() -> None:
    hall = a_chain_half_done()
    old = read_event("RatingGiven", {"ticket": A001, "window": "1", "clerk": None, "level": 5})
    fold(hall, Deed(hall.number + 1, at("09:11"), "device:pad", old))
    assert hall.tickets[A001].rated
    assert [part.rated for part in hall.tickets[A001].chain] == [True, False]


def test_the_pad_at_each_window_wakes_for_the_part_that_ended_there() -> None:
    hall = a_chain_half_done()
    shown = pad(hall, at("09:10:20"), "1")
    assert (shown["state"], shown["service"]["number"]) == ("awake", "A001")
    assert (shown["service"]["item_name"], shown["service"]["service"]) == ("参保登记", hall.tickets[A001].service)
    press(hall, call_next, at("09:10:25"), window="3")
    assert pad(hall, at("09:10:30"), "1")["state"] == "awake", "though the ticket is at another window by now"
    assert pad(hall, at("09:10:30"), "3")["state"] == "asleep"
    press(hall, rate, at("09:10:31"), ticket=A001, level=5)
    assert pad(hall, at("09:10:32"), "1")["state"] == "asleep"
    press(hall, complete, at("09:20"), window="3")
    assert pad(hall, at("09:20:05"), "3")["service"]["item_name"] == "户口迁移"


def test_what_was_not_served_is_not_rated() -> None:
    hall = a_hall()
    ticket = issued(hall, at("09:00"), zone="zonghe")
    no = refusal(hall, rate, at("09:01"), ticket=ticket.id, level=5)
    assert (no.code, no.details) == ("not_served", {"ticket": A001, "number": "A001", "state": "waiting"})
    press(hall, call_next, at("09:02"), window="1")
    assert refusal(hall, rate, at("09:03"), ticket=ticket.id, level=5).details["state"] == "called"
    press(hall, cancel, at("09:04"), ticket=ticket.id)
    assert refusal(hall, rate, at("09:05"), ticket=ticket.id, level=5).details["state"] == "cancelled"


def test_a_ticket_nobody_knows_is_not_rated() -> None:
    assert refusal(a_hall(), rate, at("09:01"), ticket="20261122-A001", level=5).code == "unknown_ticket"


def test_the_nation_knows_five_levels_with_eight_options_each() -> None:
    assert sorted(LEVELS) == sorted(OPTIONS) == [1, 2, 3, 4, 5]
    assert [len(OPTIONS[level]) for level in (5, 4, 3, 2, 1)] == [8, 8, 8, 8, 8]


def test_a_code_begins_with_its_level_and_stands_once() -> None:
    codes = [code for _, code in EVERY_OPTION]
    assert len(set(codes)) == len(codes)
    assert all(code.isdigit() and len(code) == 3 and code[0] == str(level) for level, code in EVERY_OPTION)


def test_every_level_and_option_has_a_name_in_both_languages() -> None:
    names = [*LEVELS.values(), *(name for options in OPTIONS.values() for name in options.values())]
    assert all(chinese and english and english.isascii() and not chinese.isascii() for chinese, english in names)
    assert len({chinese for chinese, _ in names}) == len(names)
