"""One command makes the program a service: the unit names no secret, and its token is for its owner alone."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path

import pytest

from ticket_printer import service
from ticket_printer.__main__ import main

SERVER = ["--server", "http://192.0.2.1:8080", "--hall", "luojiazhuang"]
PRINTERS = ["--printer", "left=serial:///dev/ttyUSB0?baud=19200", "--printer", "right=tcp://192.0.2.7:9100"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def installed(home: Path, *more: str) -> tuple[str, Path]:
    assert main(["install", "--user", "--no-start", *SERVER, *PRINTERS, *more]) == 0
    unit = (home / ".config/systemd/user/hall-ticket-printer.service").read_text()
    return unit, home / ".config/hall/hall-ticket-printer.env"


@pytest.mark.parametrize("token", [["--token", "s3cret$%x"], ["--token=s3cret$%x"]])
def test_the_unit_runs_the_same_command_and_the_token_stands_elsewhere(home: Path, token: list[str]) -> None:
    unit, secret = installed(home, *token, "--retries", "2")
    assert "s3cret" not in unit
    assert secret.read_text() == "HALL_TOKEN=s3cret$%x\n"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    (line,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    words = shlex.split(line.removeprefix("ExecStart="))
    spool = str(home / ".local/state/hall-ticket-printer")
    assert words[1:] == ["-m", "ticket_printer", *SERVER, *PRINTERS, "--retries", "2", "--spool", spool]
    assert "Restart=always" in unit
    assert f"EnvironmentFile={secret}" in unit


def test_a_spool_that_was_named_stays_where_it_is(home: Path) -> None:
    unit, _ = installed(home, "--token", "x", "--spool", str(home / "kept"))
    assert f"--spool {home / 'kept'}" in unit


def test_a_percent_sign_is_none_of_systemds_own(home: Path) -> None:
    unit, _ = installed(home, "--token", "x", "--spool", str(home / "50% $HOME"))
    assert f'--spool "{home}/50%% $$HOME"' in unit


def test_what_would_be_written_can_be_seen_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "--dry-run", *SERVER, "--token", "s3cret"]) == 0
    said = capsys.readouterr().out
    assert "/etc/systemd/system/hall-ticket-printer.service" in said
    assert "/etc/hall/hall-ticket-printer.env" in said
    assert "StateDirectory=hall-ticket-printer" in said
    assert "s3cret" not in said
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--token", "x"], "server: needed"),
        ([*SERVER, "--token", ""], "token: needed"),
        ([*SERVER, "--token", "a\nb"], "token: needed, in one line"),
        ([*SERVER, "--token", "x", "--service", "../evil"], "service: '../evil'"),
    ],
)
def test_what_cannot_be_a_service_is_said_and_nothing_written(
    home: Path, more: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["install", "--user", "--no-start", *more]) == 2
    assert says in capsys.readouterr().out
    assert list(home.iterdir()) == []


def test_without_systemd_it_says_what_to_type(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "systemctl --user enable --now x.service" in service._start("x", user=True)
