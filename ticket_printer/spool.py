"""The spool remembers on disk what was begun, so that one press never gives two papers.

Each job is one small file. It exists, on disk for certain, before the printer gets its first byte:
a crash in between leaves a claim without an outcome, which is reported as interrupted and never
printed again. The outcome stays until the hall has it in its log, and the file some time longer,
since a deed may be delivered twice.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from ticket_printer.failures import Cause
from ticket_printer.moments import Clock, now

KEEP_S = 86_400  # far beyond the age at which a paper would still be printed
KEEP_MOST = 4_000  # the busiest day of the largest hall, twice

_KEY = re.compile(r"(?P<deed>[0-9]{1,15})\.(?P<ticket>[A-Za-z0-9-]{1,60})")

Outcome = Literal["printed", "failed"]


class SpoolInUse(Exception):
    """Another program prints from this spool; two of them would race for every ticket."""


class SpoolBroken(Exception):
    """A claim cannot be kept: the disk is full, or the job was claimed before."""


@dataclass(frozen=True, slots=True)
class Job:
    """One press's paper. `outcome` is None between the claim and the end of printing."""

    deed: int
    ticket: str
    at: int = 0  # the moment of the claim
    outcome: Outcome | None = None
    cause: Cause | None = None
    confirmed: bool = False  # the hall has the outcome in its log
    begun: bool = True  # bytes may have reached the paper; only what surely wasn't may come out elsewhere

    @property
    def key(self) -> str:
        """Deed and ticket: after a hall's log began anew, its deed numbers alone would repeat."""
        return f"{self.deed}.{self.ticket}"


class Spool:
    """Claims and outcomes in `folder`, held by one program at a time until `close()`."""

    def __init__(self, folder: Path, *, keep_s: float = KEEP_S, keep_most: int = KEEP_MOST, clock: Clock = now) -> None:
        """Raises SpoolInUse, or OSError when the folder cannot be used."""
        self.folder, self._clock = folder, clock
        self._keep_s, self._keep_most = keep_s, keep_most
        folder.mkdir(parents=True, exist_ok=True)
        self._held = open(folder / "held", "ab")  # noqa: SIM115 - open as long as the spool
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._held.close()
            raise SpoolInUse(f"{folder} is held by another printing program") from None
        self.id = _own_name(folder)
        jobs = sorted(filter(None, map(_read, folder.glob("*.job"))), key=lambda job: (job.at, job.deed))
        self._jobs = {job.key: job for job in jobs}  # the oldest first
        self._prune()

    def close(self) -> None:
        self._held.close()

    def job(self, deed: int, ticket: str) -> Job | None:
        return self._jobs.get(Job(deed, ticket).key)

    def claim(self, deed: int, ticket: str) -> Job:
        """The right to print this job, given once in the spool's life. Raises SpoolBroken otherwise."""
        job = Job(deed, ticket, self._clock())
        if not _KEY.fullmatch(job.key):
            raise SpoolBroken(f"{job.key!r} cannot be a job")
        try:
            file = os.open(self._path(job), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.write(file, _written(job))
                os.fsync(file)
            finally:
                os.close(file)
            self._sync_folder()
        except FileExistsError:
            raise SpoolBroken(f"{job.key} was claimed before") from None
        except OSError as error:
            raise SpoolBroken(f"{self.folder}: {error.strerror}") from error
        self._jobs[job.key] = job
        self._prune()
        return job

    def settle(self, job: Job, outcome: Outcome, cause: Cause | None = None, *, begun: bool = True) -> Job:
        """Remember how it ended, for certain, before anybody is told."""
        settled = replace(job, outcome=outcome, cause=cause, begun=begun)
        self._write(settled, surely=True)
        return settled

    def confirm(self, job: Job) -> None:
        """The hall knows. Losing this in a crash only tells the hall again, so it costs no sync."""
        self._write(replace(job, confirmed=True), surely=False)

    def begun(self) -> list[Job]:
        """Claimed, and nobody knows what came of it."""
        return [job for job in self._jobs.values() if job.outcome is None]

    def untold(self) -> list[Job]:
        """Ended, and not yet in the hall's log."""
        return [job for job in self._jobs.values() if job.outcome is not None and not job.confirmed]

    def _path(self, job: Job) -> Path:
        return self.folder / f"{job.key}.job"

    def _write(self, job: Job, *, surely: bool) -> None:
        draft = self.folder / f".{job.key}.draft"
        with open(draft, "wb") as file:
            file.write(_written(job))
            if surely:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(self._path(job))
        if surely:
            self._sync_folder()
        self._jobs[job.key] = job

    def _sync_folder(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _prune(self) -> None:
        """Forget jobs beyond age or number, the oldest first."""
        too_old = self._clock() - self._keep_s * 1000
        for job in list(self._jobs.values()):
            if job.at >= too_old and len(self._jobs) <= self._keep_most:
                return
            self._path(job).unlink(missing_ok=True)
            del self._jobs[job.key]


def _own_name(folder: Path) -> str:
    """Made once: it tells the hall that it is the same spool that asks again."""
    path = folder / "name"
    if not (path.exists() and re.fullmatch(rb"[0-9a-f]{16}", path.read_bytes())):
        path.write_text(secrets.token_hex(8), encoding="ascii")
    return path.read_text(encoding="ascii")


def _written(job: Job) -> bytes:
    return json.dumps(asdict(job)).encode()


def _read(path: Path) -> Job | None:
    """The job in a file; a file torn by a crash is still a claim, told by its name alone."""
    named = _KEY.fullmatch(path.name.removesuffix(".job"))
    if not named:
        return None
    claimed = Job(int(named["deed"]), named["ticket"], path.stat().st_mtime_ns // 1_000_000)
    try:
        return replace(claimed, **json.loads(path.read_bytes()))
    except (ValueError, TypeError):
        return claimed
