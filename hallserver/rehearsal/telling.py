"""Tells a person at a terminal how a rehearsal goes, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hallserver.rehearsal.playing import Played, play
from hallserver.rehearsal.pressing import Impossible
from hallserver.rehearsal.summary import Summary

REDRAW_S = 0.2
KEPT_SHARE = 0.9
"""Of the speed asked for: below it is said that the machine could not."""


async def play_and_tell(server_url: str, hall: str, token: str, *, speed: float, seed: int, out: Console) -> bool:
    """Play a day with a progress bar and a summary. True when nothing went wrong."""
    played = Played()
    showing = asyncio.create_task(_show(played, out))
    try:
        summary = await play(server_url, hall, token, speed=speed, seed=seed, played=played)
    except Impossible as impossible:
        out.print(str(impossible), style="bold red", markup=False, highlight=False)
        return False
    except asyncio.CancelledError:
        out.print("停止了，号已退、窗口已关 · Stopped: numbers given up, windows closed", highlight=False)
        raise
    finally:
        showing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await showing
    tell(summary, speed, out)
    return summary.faults == 0


async def _show(played: Played, out: Console) -> None:
    columns = (
        TextColumn("[bold]{task.fields[clock]}"),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out, auto_refresh=False, transient=True) as progress:
        bar = progress.add_task("", total=1.0, clock="", counts="")
        while True:
            progress.update(bar, completed=played.progress, clock=played.clock or "--:--", counts=_counts(played))
            progress.refresh()
            await asyncio.sleep(REDRAW_S)


def _counts(played: Played) -> str:
    tally = played.tally
    wrong = sum(tally.wrong.values())
    words = f"取号 {tally.tickets} · 办结 {tally.done} · 退号 {tally.cancelled} · 过号 {tally.passed}"
    return f"{words} · [red]出错 {wrong}[/red]" if wrong else words


def tell(summary: Summary, speed: float, out: Console) -> None:
    """The summary as tables."""
    out.print(_totals(summary))
    out.print(_zones(summary))
    if summary.refused:
        out.print(_counted("没有办成的按键 presses refused", "code", summary.refused))
    if summary.speed_times < KEPT_SHARE * speed:
        out.print(
            f"{speed:g} times real speed was more than this machine can: the day went {summary.speed_times:g} times as"
            " fast as real. The played clock waited, so its minutes are true all the same.",
            style="yellow",
            highlight=False,
        )
    if summary.wrong:
        out.print(_counted("出错 went wrong", "what", summary.wrong), style="red")
    else:
        out.print("没有出错 · nothing went wrong", style="green")


def _totals(summary: Summary) -> Table:
    table = Table(title="这一天 the day", show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    rows = (
        ("取号 tickets", summary.tickets),
        ("办结 served", summary.done),
        ("走了，退号 walked away", summary.cancelled),
        ("过号 missed their call", summary.passed),
        ("  其中回来 of these came back", summary.returned),
        ("预约 booked", summary.booked),
        ("  其中报到 of these arrived", summary.arrived),
        ("  其中迟到 of these late", summary.arrived_late),
        ("  到得太早 came too early", summary.too_early),
        ("  没有来 never came", summary.no_shows),
        ("一号多事，办完一件 parts of chains settled", summary.parts),
        ("补材料回来 back with what was missing", summary.brought),
        ("挂起 put on hold", summary.held),
        ("转号 sent on", summary.sent_on),
        ("没取到号 turned away", summary.turned_away),
        ("下班还没办 sent home at the end", summary.sent_home),
        ("别人的号 served for others", summary.others_served),
        ("平均等候 mean wait", _minutes(summary.mean_wait_min)),
        ("95% 等候不超过 95 % waited at most", _minutes(summary.wait_95_min)),
        ("最长等候 longest wait", _minutes(summary.longest_wait_min)),
        ("窗口忙率 windows busy", _percent(summary.busy_share)),
        ("评价 ratings", summary.ratings),
        ("好评率 good", _percent(summary.good_rate)),
        ("实际速度 speed reached", f"{summary.speed_times:g} ×"),
        ("按键 presses answered", summary.presses),
        ("应答 answer time, median", _ms(summary.answer_median_ms)),
        ("99% 应答 99 % answered in", _ms(summary.answer_99_ms)),
    )
    for name, value in rows:
        table.add_row(name, str(value))
    return table


def _zones(summary: Summary) -> Table:
    table = Table(title="各区 by zone", title_justify="left")
    table.add_column("区 zone", overflow="fold")
    for heading in ("取号 tickets", "平均等候 mean wait", "95 %", "最长 longest", "忙率 busy"):
        table.add_column(heading, justify="right")
    for zone in summary.zones:
        table.add_row(
            zone.name,
            str(zone.tickets),
            _minutes(zone.mean_wait_min),
            _minutes(zone.wait_95_min),
            _minutes(zone.longest_wait_min),
            _percent(zone.busy_share),
        )
    return table


def _counted(title: str, heading: str, counts: dict[str, int]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(heading)
    table.add_column("次 times", justify="right")
    for name, count in counts.items():
        table.add_row(name, str(count))
    return table


def _minutes(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} min"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
