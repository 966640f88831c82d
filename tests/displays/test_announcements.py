from __future__ import annotations

from displays.announcements import Announcement, Announcements, Unsaid

NINE = 1_795_000_000_000  # a moment, in milliseconds


def called(deed: int, ticket: str, *, window: str = "3", at_ms: int = NINE) -> Announcement:
    return Announcement(deed, f"20261121-{ticket}", window, at_ms)


def in_line(announcements: Announcements, now_ms: int = NINE) -> list[int]:
    deeds = []
    while True:
        call, _ = announcements.take(now_ms=now_ms, stale_after_s=60)
        if call is None:
            return deeds
        deeds.append(call.deed)


def add(announcements: Announcements, *calls: Announcement, now_ms: int = NINE) -> list[Unsaid]:
    return [gone for call in calls for gone in announcements.add(call, now_ms=now_ms, stale_after_s=60)]


def test_the_number_said_is_the_tickets_without_its_day() -> None:
    assert called(1, "A012").number == "A012"
    assert Announcement(1, "A012", "3", NINE).number == "A012"


def test_calls_are_said_in_the_order_they_were_pressed() -> None:
    announcements = Announcements()
    assert add(announcements, called(1, "A001"), called(2, "B001"), called(3, "A002")) == []
    assert in_line(announcements) == [1, 2, 3]


def test_a_recall_takes_the_place_of_its_waiting_call() -> None:
    announcements = Announcements()
    first = called(2, "B001")
    unsaid = add(announcements, called(1, "A001"), first, called(3, "A002"), called(4, "B001", window="5"))
    assert unsaid == [Unsaid(first, "replaced")]
    assert in_line(announcements) == [1, 4, 3]


def test_a_recall_after_the_call_was_said_is_said_too() -> None:
    announcements = Announcements()
    add(announcements, called(1, "A001"))
    assert in_line(announcements) == [1]
    add(announcements, called(2, "A001"))
    assert in_line(announcements) == [2]


def test_a_call_is_fresh_for_a_minute_and_not_a_moment_longer() -> None:
    for age_ms, said in ((60_000, [1]), (60_001, [])):
        announcements = Announcements()
        add(announcements, called(1, "A001"))
        assert in_line(announcements, NINE + age_ms) == said


def test_stale_calls_are_named_with_their_cause_and_the_fresh_one_is_said() -> None:
    announcements = Announcements()
    stale = called(1, "A001")
    add(announcements, stale, called(2, "A002", at_ms=NINE + 50_000))
    call, unsaid = announcements.take(now_ms=NINE + 61_000, stale_after_s=60)
    assert call is not None
    assert call.deed == 2
    assert unsaid == [Unsaid(stale, "stale")]


def test_a_clock_that_runs_ahead_does_not_make_a_call_stale() -> None:
    announcements = Announcements()
    add(announcements, called(1, "A001", at_ms=NINE + 30_000))
    assert in_line(announcements) == [1]


def test_a_full_line_drops_its_stale_calls_first() -> None:
    announcements = Announcements(limit=2)
    stale = called(1, "A001", at_ms=NINE - 61_000)
    unsaid = add(announcements, stale, called(2, "A002", at_ms=NINE - 50_000), called(3, "A003"))
    assert unsaid == [Unsaid(stale, "stale")]
    assert in_line(announcements) == [2, 3]


def test_a_full_line_of_fresh_calls_drops_the_oldest() -> None:
    announcements = Announcements(limit=2)
    oldest = called(1, "A001", at_ms=NINE - 10_000)
    unsaid = add(announcements, oldest, called(2, "A002"), called(3, "A003"))
    assert unsaid == [Unsaid(oldest, "too_many")]
    assert in_line(announcements) == [2, 3]


def test_a_recall_fits_into_a_full_line() -> None:
    announcements = Announcements(limit=2)
    first = called(1, "A001")
    assert add(announcements, first, called(2, "A002"), called(3, "A001")) == [Unsaid(first, "replaced")]
    assert in_line(announcements) == [3, 2]
