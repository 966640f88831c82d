"""What ``python -m displays`` is told on its command line."""

from __future__ import annotations

import argparse
import os
import re
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from displays.signs import sign_lines
from displays.voice import VOLUMES_PERCENT

TOKEN_VARIABLE = "HALL_TOKEN"  # noqa: S105 - the name of it


class Asked(NamedTuple):
    """``own`` are settings of this machine's voice; an empty ``hall`` is the server's only one."""

    server: str
    hall: str
    token: str
    voice: bool
    area: str | None
    name: str
    speaker: str
    state: Path
    signs: list[str]
    own: dict[str, Any]


class AskedToInstall(NamedTuple):
    """``arguments`` are those of the program itself, checked, without the token."""

    name: str
    token: str
    user: bool
    start: bool
    dry_run: bool
    arguments: list[str]


def asked(words: Sequence[str]) -> Asked:
    """Ends the program with an explanation when something is wrong."""
    parser = _parser()
    found = parser.parse_args(words)
    if not found.token:
        parser.error(f"a token is needed: --token, or {TOKEN_VARIABLE} in the environment")
    _check(parser, found)
    return _asked(found)


def asked_to_install(words: Sequence[str]) -> AskedToInstall:
    """Likewise, for ``install``."""
    outer = argparse.ArgumentParser(
        prog="python -m displays install",
        description="Writes a systemd unit that runs the rest of the command line, and starts it.",
        epilog="Everything else as for python -m displays itself.",
    )
    outer.add_argument("--service", default="hall-displays", help="the unit's name")
    outer.add_argument("--user", action="store_true", help="for yourself alone, without root")
    outer.add_argument("--no-start", action="store_true", help="write the files, and start nothing")
    outer.add_argument("--dry-run", action="store_true", help="show what would be written")
    how, rest = outer.parse_known_args(words)
    parser = _parser()
    found = parser.parse_args(rest)
    _check(parser, found)
    folders = [found.clips, found.dialect_clips, *([found.state] if "--state" in " ".join(rest) else [])]
    folders += [place.removeprefix("dir:") for place in (found.speaker, *found.sign) if place.startswith("dir:")]
    if relative := [str(folder) for folder in folders if folder and not Path(folder).is_absolute()]:
        parser.error(f"a service has no current folder: write {', '.join(relative)} from the root on")
    return AskedToInstall(how.service, found.token or "", how.user, not how.no_start, how.dry_run, _without_token(rest))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m displays", description="Says a hall's calls aloud and shows them on its windows' signs."
    )
    parser.add_argument("--server", required=True, type=_server, help="http://HOST:PORT of the hall's server")
    parser.add_argument("--hall", type=_hall, help="the hall's id, where the server has several")
    parser.add_argument(
        "--token", default=os.environ.get(TOKEN_VARIABLE), help=f"a device token; or set {TOKEN_VARIABLE}"
    )
    parser.add_argument("--voice", action="store_true", help="say the calls (the usual thing without --sign)")
    parser.add_argument("--area", type=_area, help="the hall's area that the loudspeaker stands in")
    parser.add_argument("--speaker", default="auto", help="auto, alsa:DEVICE, or dir:PATH to write WAV files")
    parser.add_argument("--clips", metavar="DIR", help="recorded words for the Mandarin, on this machine")
    parser.add_argument("--dialect-clips", metavar="DIR", help="recorded words for the dialect, on this machine")
    parser.add_argument("--volume-percent", type=int, metavar="N", help="this loudspeaker quieter than the hall wants")
    parser.add_argument("--chime", action="store_true", help="two soft tones before each call, whatever the hall wants")
    parser.add_argument(
        "--sign",
        action="append",
        default=[],
        metavar="PORT=PROTOCOL:WINDOW",
        help="COM3=jqueue:3, tcp://HOST:PORT=plain:5, dir:PATH=picture:3; COM3=jqueue for every call of the hall; "
        "may be given several times",
    )
    parser.add_argument("--state", type=Path, default=Path("var/displays"), help="where it remembers its place")
    parser.add_argument("--name", help="how the manager's page names it")
    return parser


def _check(parser: argparse.ArgumentParser, found: argparse.Namespace) -> None:
    if found.volume_percent is not None and found.volume_percent not in VOLUMES_PERCENT:
        parser.error(f"--volume-percent is {VOLUMES_PERCENT[0]} to {VOLUMES_PERCENT[-1]}")
    try:
        sign_lines(found.sign)
    except ValueError as wrong:
        parser.error(str(wrong))


def _asked(found: argparse.Namespace) -> Asked:
    own = {
        "clips": found.clips,
        "dialect_clips": found.dialect_clips,
        "own_percent": found.volume_percent,
        "chime": True if found.chime else None,
    }
    return Asked(
        server=found.server,
        hall=found.hall or "",
        token=found.token,
        voice=found.voice or not found.sign,
        area=found.area,
        name=found.name or " ".join(filter(None, [socket.gethostname()[:38] or "voice", found.area])),
        speaker=found.speaker,
        state=found.state,
        signs=found.sign,
        own={name: value for name, value in own.items() if value is not None},
    )


def _without_token(words: Sequence[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip or word.startswith("--token="):
            skip = False
        elif word == "--token":
            skip = True
        else:
            kept.append(word)
    return kept


def _server(text: str) -> str:
    if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address like http://hall.example:8080")
    return text


def _hall(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no hall's id: small letters, digits and dashes")
    return text


def _area(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,20}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no area: letters, digits and dashes")
    return text
