"""Durable presses against a bare handler: the same load, in turns, so that a noisy machine is noisy to both."""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import HALL, Served, process
from benchmarks.wire import connected, post

CLIENTS = (64, 16, 1)
ROUNDS = 15
SECONDS = 0.8
"""Short and many: a rented machine's pace changes from second to second, by a third and more."""
BODY = b'{"zone":"zonghe","channel":"api"}'
LIMITS = {64: 0.5, 16: 0.25, 1: 0.28}
P99_LIMIT = 3.0
SYNCED_LIMIT = 0.5
"""Where syncs are slow, one client can't be faster than they are: its limit is a handler that does nothing but sync."""
SLOW_FSYNC = Path(__file__).with_name("slow_fsync.c")


@dataclass
class Load:
    """What one round did."""

    per_s: float
    p50_ms: float
    p99_ms: float


async def load(served: Served, clients: int, tag: str) -> Load:
    """As many clients as asked press one after the other for a while."""
    path = f"/api/halls/{HALL}/tickets"
    took: list[float] = []
    end = time.perf_counter() + SECONDS

    async def client(name: int) -> None:
        connection = await connected(served.port)
        count = 0
        while (began := time.perf_counter()) < end:
            status, body = await connection.ask(post(path, BODY, served.device, f"{tag}-{name}-{count}"))
            assert status == 201, (status, body)
            took.append(time.perf_counter() - began)
            count += 1

    began = time.perf_counter()
    await asyncio.gather(*(client(name) for name in range(clients)))
    wall = time.perf_counter() - began
    took.sort()
    return Load(len(took) / wall, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000)


async def measure(slow: bool = False) -> list[tuple[str, str, str, str, bool]]:
    """Rows of: what, ours beside bare, ratio, limit, reached."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if slow:
            environment["LD_PRELOAD"] = str(slow_fsync(Path(folder)))
        async with process("bare") as limit:
            for clients in CLIENTS:
                # A fresh hall for each: the load that a round meets must not depend on the round before.
                async with process("hall", f"{folder}/{clients}", environment=environment) as ours:
                    rows += _rows(clients, await _in_turns(ours, limit, clients), slow)
                if slow and clients == 1:
                    rows += await _beside_one_that_syncs(folder, environment)
                shutil.rmtree(f"{folder}/{clients}", ignore_errors=True)
    return rows


async def _in_turns(ours: Served, limit: Served, clients: int) -> list[tuple[Load, Load]]:
    await load(ours, clients, "warm")
    return [(await load(ours, clients, f"r{turn}"), await load(limit, clients, "bare")) for turn in range(ROUNDS)]


async def _beside_one_that_syncs(folder: str, environment: dict[str, str]) -> list[tuple[str, str, str, str, bool]]:
    async with (
        process("hall", f"{folder}/lone", environment=environment) as ours,
        process("syncing", f"{folder}/synced", environment=environment) as limit,
    ):
        ratio, figures = _paces(await _in_turns(ours, limit, 1))
    name = "the same beside a bare handler that syncs each press"
    return [(name, figures, f"{ratio:.2f}", f"≥ {SYNCED_LIMIT}", ratio >= SYNCED_LIMIT)]


def _paces(pairs: list[tuple[Load, Load]]) -> tuple[float, str]:
    """The ratio of the presses a second, and both."""
    ours_s = statistics.median(ours.per_s for ours, _ in pairs)
    bare_s = statistics.median(bare.per_s for _, bare in pairs)
    return statistics.median(ours.per_s / bare.per_s for ours, bare in pairs), f"{ours_s:,.0f} : {bare_s:,.0f}"


def _rows(clients: int, pairs: list[tuple[Load, Load]], slow: bool) -> list[tuple[str, str, str, str, bool]]:
    ratio, figures = _paces(pairs)
    wanted = None if slow and clients == 1 else LIMITS[clients]
    name = f"durable presses/s, {clients} client{'s' * (clients > 1)}" + (", fsync + 2.5 ms" if slow else "")
    rows = [(name, figures, f"{ratio:.2f}", f"≥ {wanted}" if wanted else "stated", wanted is None or ratio >= wanted)]
    if clients == 64:
        p99 = statistics.median(ours.p99_ms / bare.p99_ms for ours, bare in pairs)
        ours_ms = statistics.median(ours.p99_ms for ours, _ in pairs)
        bare_ms = statistics.median(bare.p99_ms for _, bare in pairs)
        rows.append(
            (name.replace("presses/s", "press p99"), f"{ours_ms:.1f} : {bare_ms:.1f} ms", f"{p99:.2f}",
             f"≤ {P99_LIMIT}", p99 <= P99_LIMIT)
        )  # fmt: skip
    return rows


def slow_fsync(folder: Path) -> Path:
    """A library that adds 2.5 ms to every fsync and fdatasync: real disks are slower than this one."""
    library = folder / "slow_fsync.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SLOW_FSYNC), "-ldl"], check=True)
    return library
