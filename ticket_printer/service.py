"""``python -m ticket_printer install …``: the same program as a systemd service that starts with the machine.

The unit says what runs; the token stands in a file of its own that only its owner reads.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

OWN_OPTIONS = ("--token", "--spool")
UNIT = """\
[Unit]
Description=A hall's papers: {name}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart={command}
EnvironmentFile={secret_file}
Environment={environment} PYTHONUNBUFFERED=1
{state}Restart=always
RestartSec=5
NoNewPrivileges=yes

[Install]
WantedBy={target}.target
"""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the unit and the token's file lie, and what stands in them."""

    unit_file: Path
    unit: str
    secret_file: Path
    secret: str


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--service", default="hall-ticket-printer", metavar="NAME", help="another for each program")
    parser.add_argument("--user", action="store_true", help="for yourself alone, without root")
    parser.add_argument("--no-start", action="store_true", help="write the files and start nothing")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written")


def install(options: argparse.Namespace, arguments: Sequence[str], *, home: Path | None = None) -> list[str]:
    """Writes both files and starts the service; what it did, in sentences. ``arguments`` are the program's own, as
    they were typed. Raises ValueError, OSError."""
    if not options.server:
        raise ValueError("server: needed, as in --server http://192.168.1.10:8080")
    made = service(options, arguments, home or Path.home())
    if options.dry_run:
        return [f"{made.unit_file}:", made.unit, f"{made.secret_file}: HALL_TOKEN=…"]
    _write(made.secret_file, made.secret, 0o600)
    _write(made.unit_file, made.unit, 0o644)
    done = [f"wrote {made.unit_file}", f"wrote {made.secret_file}, for its owner alone"]
    return done if options.no_start else [*done, _start(options.service, user=options.user)]


def service(options: argparse.Namespace, arguments: Sequence[str], home: Path) -> Service:
    """Raises ValueError for a name or a token that can't stand in a unit."""
    name, token = options.service, options.token
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
        raise ValueError(f"service: {name!r}: small letters, digits and dashes")
    if not token or not token.isprintable():
        raise ValueError("token: needed, in one line: --token, or HALL_TOKEN in the environment")
    units = home / ".config/systemd/user" if options.user else Path("/etc/systemd/system")
    secrets = home / ".config/hall" if options.user else Path("/etc/hall")
    state = home / f".local/state/{name}" if options.user else Path("/var/lib") / name
    spool = options.spool.resolve() if any(word.startswith("--spool") for word in arguments) else state
    words = [sys.executable, "-m", "ticket_printer", *_kept(arguments), "--spool", str(spool)]
    unit = UNIT.format(
        name=name,
        command=_escaped(" ".join(map(_word, words))).replace("$", "$$"),
        secret_file=_escaped(str(secrets / f"{name}.env")),
        environment=_escaped(_word(f"PYTHONPATH={Path(__file__).resolve().parent.parent}")),
        state="" if options.user else f"StateDirectory={name}\n",
        target="default" if options.user else "multi-user",
    )
    return Service(units / f"{name}.service", unit, secrets / f"{name}.env", f"HALL_TOKEN={token}\n")


def _kept(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments less those that the service gets otherwise, and their values."""
    rest = iter(arguments)
    for argument in rest:
        if argument in OWN_OPTIONS:
            next(rest, None)
        elif not argument.startswith(tuple(f"{option}=" for option in OWN_OPTIONS)):
            yield argument


def _word(word: str) -> str:
    """As systemd reads it: in quotes when there is anything in it but letters, digits and the usual signs."""
    if re.fullmatch(r"[\w@%+=:,./?&-]+", word, re.ASCII):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    """systemd reads % as the beginning of a specifier."""
    return text.replace("%", "%%")


def _write(path: Path, text: str, mode: int) -> None:
    """With its rights from the first moment on: a token is never readable by others, not even for an instant."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.part")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
    except PermissionError as error:
        raise ValueError(f"{error.filename}: not allowed; run it with sudo, or with --user for yourself") from error


def _start(name: str, *, user: bool) -> str:
    """Now and with the machine; or the commands to type, where systemd can't be reached."""
    by = ["systemctl", *(["--user"] if user else [])]
    commands = [[*by, "daemon-reload"], [*by, "enable", "--now", f"{name}.service"]]
    try:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)  # noqa: S603 - ours alone
    except (OSError, subprocess.SubprocessError) as error:
        typed = " && ".join(shlex.join(command) for command in commands)
        why = str(getattr(error, "stderr", None) or error).strip()
        return f"systemd was not reached ({why}); start it with: {typed}"
    return f"started; see it with: {shlex.join([*by, 'status', name])}"
