"""``python -m ticket_printer``: prints a hall's tickets beside its kiosk, on a machine of its own."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from ticket_printer.agent import Address, Agent, Refused
from ticket_printer.escpos_bytes import Make
from ticket_printer.follower import Habits
from ticket_printer.printers import open_printer
from ticket_printer.spool import Spool, SpoolInUse
from ticket_printer.styles import WIDTH_DOTS

ENDED, REFUSED = 0, 2


def main(arguments: list[str] | None = None) -> int:
    """0 after SIGTERM or Ctrl+C; 2, with a sentence, when it cannot work as it is set up."""
    options = _options().parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    try:
        if urlsplit(options.server).scheme not in ("http", "https"):
            raise ValueError(f"server: {options.server!r} is no http:// address")
        folder = options.spool / options.hall
        printer = open_printer(options.printer, roll=folder / "roll", roll_keep=options.roll_keep)
        address = Address(options.server, options.hall, options.token)
        habits = Habits(Make(options.width_mm), retries=options.retries)
        spool = Spool(folder)
        try:
            asyncio.run(_until_told(Agent(address, printer, spool, _say, habits)))
        finally:
            spool.close()
    except (Refused, SpoolInUse, ValueError) as error:
        _say(str(error))
        return REFUSED
    _say("stopped")
    return ENDED


async def _until_told(agent: Agent) -> None:
    running = asyncio.create_task(agent.run())
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, running.cancel)
    await asyncio.wait({running})
    if not running.cancelled():
        running.result()


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ticket_printer", description=__doc__)
    parser.add_argument("--server", required=True, metavar="URL", help="the hall's server, http://…")
    parser.add_argument("--hall", required=True, metavar="ID")
    parser.add_argument(
        "--token",
        default=os.environ.get("HALL_TOKEN", ""),
        help="from `hallserver token --role device`; HALL_TOKEN in the environment keeps it out of `ps`",
    )
    parser.add_argument(
        "--printer",
        default="roll",
        metavar="URL",
        help="roll | tcp://HOST:9100 | serial:///dev/ttyUSB0?baud=19200 | usb://04b8:0e15",
    )
    parser.add_argument("--width-mm", type=int, choices=sorted(WIDTH_DOTS), default=80)
    parser.add_argument(
        "--spool",
        type=Path,
        default=Path("var/ticket-printer"),
        metavar="DIR",
        help="remembers what was printed; must survive a restart",
    )
    parser.add_argument("--roll-keep", type=int, default=200, metavar="N", help="papers kept on the roll")
    parser.add_argument("--retries", type=int, default=0, metavar="N", help="tries more, 5 s apart, before giving up")
    return parser


def _say(sentence: str) -> None:
    """One line of state: on a terminal always the same line, in a log a line for each change."""
    line = f"{time.strftime('%H:%M:%S')} {sentence}"
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{line}" + ("\n" if sentence == "stopped" else ""))
    else:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
