"""``python -m displays install``: the same command as a service of systemd, that starts with the machine."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SYSTEM_UNITS = Path("/etc/systemd/system")
SYSTEM_SECRETS = Path("/etc/hall")
SYSTEM_STATE = Path("/var/lib")


class CannotInstall(Exception):
    """The service cannot be written; the message says why and what to do."""


class Service(NamedTuple):
    """Where the unit and the token's file lie, and what stands in them."""

    unit_file: Path
    unit: str
    secret_file: Path
    secret: str


def service(
    name: str,
    arguments: Sequence[str],
    token: str,
    *,
    user: bool,
    home: Path | None = None,
    python: str = sys.executable,
    groups: Path = Path("/etc/group"),
) -> Service:
    """The unit of ``python -m displays`` with these arguments. The token stands in a file that only its owner
    may read, never in the unit, which everybody on the machine may."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name):
        raise CannotInstall(f"{name!r} is no name of a service: small letters, digits and dashes")
    if not token or "\n" in token:
        raise CannotInstall("a token is needed: --token, or HALL_TOKEN in the environment")
    home = home or Path.home()
    units = home / ".config/systemd/user" if user else SYSTEM_UNITS
    secrets = home / ".config/hall" if user else SYSTEM_SECRETS
    state = home / f".local/state/{name}" if user else SYSTEM_STATE / name
    package = Path(__file__).resolve().parent.parent
    lines = [
        "[Unit]",
        f"Description=What the hall hears and reads: {name}",
        "Wants=network-online.target",
        "After=network-online.target sound.target",
        "StartLimitIntervalSec=0",  # a server that is away for a night, or a token taken back: tried on and on
        "",
        "[Service]",
        f"ExecStart={_command([python, '-m', 'displays', *arguments, *_state(arguments, state)])}",
        f"EnvironmentFile={_plain(str(secrets / f'{name}.env'))}",
        f"Environment={_plain(_word(f'PYTHONPATH={package}'))} PYTHONUNBUFFERED=1",
        # A user of its own, made for the service alone; systemd reads the token's file as root before.
        *([] if user else [f"StateDirectory={name}", "DynamicUser=yes", *_groups(groups)]),
        "Restart=always",
        "RestartSec=5",
        "NoNewPrivileges=yes",
        "",
        "[Install]",
        f"WantedBy={'default' if user else 'multi-user'}.target",
        "",
    ]
    return Service(units / f"{name}.service", "\n".join(lines), secrets / f"{name}.env", f"HALL_TOKEN={token}\n")


def _groups(file: Path) -> list[str]:
    """The groups that may use sound cards and serial lines, as far as this machine has them."""
    try:
        known = {line.partition(":")[0] for line in file.read_text("utf-8").splitlines()}
    except OSError:
        return []
    wanted = [group for group in ("audio", "dialout", "uucp") if group in known]
    return [f"SupplementaryGroups={' '.join(wanted)}"] if wanted else []


def _state(arguments: Sequence[str], state: Path) -> list[str]:
    """Its memory lies where a service may write, unless somebody said where."""
    return [] if any(word.startswith("--state") for word in arguments) else ["--state", str(state)]


def _command(words: Sequence[str]) -> str:
    return _plain(" ".join(map(_word, words))).replace("$", "$$")


def _word(word: str) -> str:
    """As systemd reads it: in quotes when there is anything in it but letters, digits and the usual signs."""
    if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    """systemd reads % as the beginning of a specifier."""
    return text.replace("%", "%%")


def write(made: Service) -> None:
    """Both files; the token's readable by its owner alone from its first byte on. Raises CannotInstall."""
    try:
        made.secret_file.parent.mkdir(parents=True, exist_ok=True)
        made.unit_file.parent.mkdir(parents=True, exist_ok=True)
        draft = made.secret_file.with_suffix(".part")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made.secret)
        draft.replace(made.secret_file)
        made.unit_file.write_text(made.unit, "utf-8")
    except PermissionError as no:
        raise CannotInstall(f"{no.filename}: not allowed; run it with sudo, or with --user for yourself") from no
    except OSError as no:
        raise CannotInstall(str(no)) from no


def start(name: str, *, user: bool) -> str:
    """Have systemd start it now and with the machine. Returns what it said, or the commands to type."""
    by = ["systemctl", *(["--user"] if user else [])]
    commands = [[*by, "daemon-reload"], [*by, "enable", "--now", f"{name}.service"]]
    try:
        for command in commands:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)  # noqa: S603 - ours alone
    except (OSError, subprocess.SubprocessError) as no:
        typed = " && ".join(shlex.join(command) for command in commands)
        return f"systemd was not reached ({getattr(no, 'stderr', None) or no}); start it with: {typed}"
    return f"started; see it with: {shlex.join([*by, 'status', name])}"
