from __future__ import annotations

from pathlib import Path

import pytest

from displays.cursor import UNCONFIRMED_LIMIT, Cursor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "voice-hall.json"


def begun(file: Path, end: int) -> Cursor:
    cursor = Cursor(file)
    assert cursor.is_new
    cursor.begin(end)
    return cursor


def test_a_new_voice_begins_at_the_logs_end_and_stays_there_over_a_restart(file: Path) -> None:
    begun(file, 41)
    again = Cursor(file)
    assert not again.is_new
    assert (again.position, again.last_seen) == (41, 41)


def test_the_place_moves_only_when_a_call_is_done(file: Path) -> None:
    cursor = begun(file, 10)
    assert cursor.saw(11, must_be_done=True)
    assert not cursor.saw(12, must_be_done=False)
    assert (cursor.position, cursor.last_seen) == (10, 12)
    cursor.finished(11, {"confirm": 11})
    assert Cursor(file).position == 12


def test_a_call_said_before_an_earlier_one_is_not_said_again_after_a_restart(file: Path) -> None:
    cursor = begun(file, 10)
    for number in (11, 12, 13):
        cursor.saw(number, must_be_done=True)
    cursor.finished(13, {"confirm": 13})
    again = Cursor(file)
    assert again.position == 10
    assert [again.saw(number, must_be_done=True) for number in (11, 12, 13, 14)] == [True, True, False, True]


def test_a_deed_that_comes_twice_is_done_once(file: Path) -> None:
    cursor = begun(file, 10)
    assert cursor.saw(11, must_be_done=True)
    assert not cursor.saw(11, must_be_done=True)
    assert not cursor.saw(9, must_be_done=True)


def test_confirmations_are_owed_until_the_server_has_them(file: Path) -> None:
    cursor = begun(file, 0)
    for number in (1, 2):
        cursor.saw(number, must_be_done=True)
        cursor.finished(number, {"confirm": number, "outcome": "spoken"})
    cursor.confirmed([1])
    assert Cursor(file).unconfirmed == {2: {"confirm": 2, "outcome": "spoken"}}


def test_owed_confirmations_are_bounded_and_the_oldest_is_forgotten(file: Path) -> None:
    cursor = begun(file, 0)
    cursor.unconfirmed = {number: {"confirm": number} for number in range(1, UNCONFIRMED_LIMIT + 1)}
    cursor.finished(9999, {"confirm": 9999})
    assert len(cursor.unconfirmed) == UNCONFIRMED_LIMIT
    assert 1 not in cursor.unconfirmed
    assert 9999 in cursor.unconfirmed


def test_a_broken_memory_begins_as_on_the_first_day(file: Path) -> None:
    begun(file, 41)
    for broken in ('{"position": 4', "[]", '{"position": null, "done": [], "unconfirmed": []}'):
        file.write_text(broken)
        assert Cursor(file).is_new


def test_a_disk_that_takes_nothing_is_told_and_does_not_stop_the_voice(file: Path) -> None:
    cursor = begun(file, 10)
    file.with_suffix(".part").mkdir()  # nothing can be written there now
    cursor.saw(11, must_be_done=True)
    cursor.finished(11, {"confirm": 11})
    assert cursor.trouble
    assert cursor.position == 11
    file.with_suffix(".part").rmdir()
    cursor.save()
    assert cursor.trouble == ""
    assert Cursor(file).position == 11
