from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ticket_printer.spool import Job, Spool, SpoolBroken, SpoolInUse


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path)
    yield spool
    spool.close()


def after_a_crash(spool: Spool) -> Spool:
    """The same folder in a new process: nothing was settled, nothing said goodbye."""
    spool.close()
    return Spool(spool.folder)


def test_a_job_is_claimed_once_and_never_again(spool: Spool) -> None:
    spool.claim(12, "20261123-A018")
    with pytest.raises(SpoolBroken, match="claimed before"):
        spool.claim(12, "20261123-A018")


def test_a_claim_is_on_disk_before_anything_else_happens(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_ino))
    spool.claim(12, "20261123-A018")
    file = spool.folder / "12.20261123-A018.job"
    assert synced == [file.stat().st_ino, spool.folder.stat().st_ino]


def test_a_claim_outlives_a_crash_and_is_known_as_begun(spool: Spool) -> None:
    spool.claim(12, "20261123-A018")
    later = after_a_crash(spool)
    assert [(job.deed, job.ticket, job.outcome) for job in later.begun()] == [(12, "20261123-A018", None)]
    with pytest.raises(SpoolBroken):
        later.claim(12, "20261123-A018")
    later.close()


@pytest.mark.parametrize("torn", [b"", b'{"deed": 12, "tick', b"null", b'{"colour": 1}'])
def test_a_claim_torn_by_a_crash_is_still_a_claim(spool: Spool, torn: bytes) -> None:
    spool.claim(12, "20261123-A018")
    (spool.folder / "12.20261123-A018.job").write_bytes(torn)
    later = after_a_crash(spool)
    assert [job.key for job in later.begun()] == ["12.20261123-A018"]
    later.close()


def test_an_outcome_is_remembered_until_the_hall_knows(spool: Spool) -> None:
    spool.settle(spool.claim(12, "20261123-A018"), "failed", "no_paper")
    later = after_a_crash(spool)
    (job,) = later.untold()
    assert (job.outcome, job.cause, job.confirmed) == ("failed", "no_paper", False)
    later.confirm(job)
    last = after_a_crash(later)
    assert last.untold() == []
    assert last.job(12, "20261123-A018") is not None  # and still not printed again
    last.close()


def test_the_same_deed_number_of_a_log_begun_anew_is_another_job(spool: Spool) -> None:
    spool.claim(12, "20261123-A018")
    assert spool.claim(12, "20261124-A001").ticket == "20261124-A001"


@pytest.mark.parametrize("ticket", ["../../etc/passwd", "", "A018\n", "A" * 61])
def test_a_name_that_is_no_ticket_leaves_nothing_behind(spool: Spool, ticket: str) -> None:
    with pytest.raises(SpoolBroken, match="cannot be a job"):
        spool.claim(12, ticket)
    assert sorted(path.name for path in spool.folder.iterdir()) == ["held", "name"]


def test_a_disk_that_keeps_nothing_is_no_leave_to_print(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SpoolBroken, match="No space left"):
        spool.claim(12, "20261123-A018")


def test_two_programs_cannot_share_a_spool(spool: Spool) -> None:
    with pytest.raises(SpoolInUse):
        Spool(spool.folder)


def test_jobs_of_yesterday_are_forgotten(tmp_path: Path) -> None:
    at = 1_000_000_000_000
    early = Spool(tmp_path, clock=lambda: at)
    early.claim(1, "20261122-A001")
    early.close()
    spool = Spool(tmp_path, keep_s=3600, clock=lambda: at + 3_599_000)
    spool.claim(2, "20261122-A002")
    spool.close()
    spool = Spool(tmp_path, keep_s=3600, clock=lambda: at + 3_601_000)
    assert [job.ticket for job in spool.begun()] == ["20261122-A002"]
    assert sorted(path.name for path in tmp_path.glob("*.job")) == ["2.20261122-A002.job"]
    spool.close()


def test_the_spool_stays_small_however_many_papers(tmp_path: Path) -> None:
    spool = Spool(tmp_path, keep_most=5)
    for number in range(9):
        spool.claim(number, f"20261123-A{number:03d}")
    assert [job.deed for job in spool.begun()] == [4, 5, 6, 7, 8]
    assert len(list(tmp_path.glob("*.job"))) == 5
    spool.close()


def test_a_job_is_one_plain_file_that_a_person_can_read(spool: Spool) -> None:
    job = spool.settle(spool.claim(12, "20261123-A018"), "printed")
    facts = json.loads((spool.folder / "12.20261123-A018.job").read_text())
    assert Job(**facts) == job
