"""``python -m displays install``: one command, and the machine speaks after every start."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from displays import service as services
from displays.__main__ import main
from displays.service import CannotInstall, service, write

HOW = ["--server", "http://hall.example:8080", "--area", "A", "--sign", "COM3=jqueue:3"]


def test_the_unit_is_one_that_systemd_accepts(tmp_path: Path) -> None:
    made = service("hall-displays", [*HOW, "--name", "东厅 50% $left"], "t0ken", user=True, home=tmp_path)
    assert "t0ken" not in made.unit
    assert '"东厅 50%% $$left"' in made.unit
    assert made.secret == "HALL_TOKEN=t0ken\n"
    assert "Restart=always" in made.unit
    write(made)
    for line in made.unit.splitlines():
        assert re.fullmatch(r"|\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=\S.*", line), line
    assert complaints_of_systemd(made.unit_file) == []
    broken = tmp_path / "broken.service"
    broken.write_text(made.unit.replace("ExecStart=", 'ExecStart="unbalanced '))
    assert shutil.which("systemd-analyze") is None or complaints_of_systemd(broken)


def complaints_of_systemd(unit: Path) -> list[str]:
    """What systemd itself says of a unit, on a machine that has it."""
    if shutil.which("systemd-analyze") is None:
        return []
    how = ["systemd-analyze", "verify", "--man=no", str(unit)]
    verified = subprocess.run(how, capture_output=True, text=True, check=False)
    return [line for line in (verified.stdout + verified.stderr).splitlines() if unit.name in line]


def test_the_token_is_for_its_owner_alone_and_replaced_as_a_whole(tmp_path: Path) -> None:
    for token in ("first", "second"):
        made = service("hall-displays", HOW, token, user=True, home=tmp_path)
        write(made)
        assert made.secret_file.read_text() == f"HALL_TOKEN={token}\n"
        assert stat.S_IMODE(made.secret_file.stat().st_mode) == 0o600
    assert made.secret_file == tmp_path / ".config/hall/hall-displays.env"
    assert made.unit_file == tmp_path / ".config/systemd/user/hall-displays.service"


def test_for_the_whole_machine_it_lies_where_systemd_looks(tmp_path: Path) -> None:
    groups = tmp_path / "group"
    groups.write_text("root:x:0:\naudio:x:29:\ndialout:x:20:\n")
    made = service("hall-displays", HOW, "t", user=False, python="/opt/hall/bin/python", groups=groups)
    assert "DynamicUser=yes\nSupplementaryGroups=audio dialout\n" in made.unit
    assert str(made.unit_file) == "/etc/systemd/system/hall-displays.service"
    assert str(made.secret_file) == "/etc/hall/hall-displays.env"
    assert "ExecStart=/opt/hall/bin/python -m displays --server http://hall.example:8080" in made.unit
    assert "--state /var/lib/hall-displays" in made.unit
    assert "WantedBy=multi-user.target" in made.unit


def test_a_folder_that_somebody_named_is_kept() -> None:
    made = service("hall-displays", [*HOW, "--state=/srv/voice"], "t", user=False)
    assert "/var/lib/hall-displays" not in made.unit


@pytest.mark.parametrize(("name", "token"), [("Hall", "t"), ("../x", "t"), ("hall-displays", ""), ("hall", "a\nb")])
def test_a_wrong_name_or_no_token_is_explained(name: str, token: str) -> None:
    with pytest.raises(CannotInstall, match=r"name|token"):
        service(name, HOW, token, user=True)


def test_the_command_says_what_it_wrote_and_keeps_the_token_out_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services.Path, "home", lambda: tmp_path)
    assert main(["install", "--user", "--no-start", *HOW, "--token", "s3cret"]) == 0
    told = capsys.readouterr().out
    assert "s3cret" not in told
    assert f"wrote {tmp_path}/.config/systemd/user/hall-displays.service" in told
    assert f"ExecStart={sys.executable} -m displays" in told
    assert "s3cret" not in (tmp_path / ".config/systemd/user/hall-displays.service").read_text()
    assert (tmp_path / ".config/hall/hall-displays.env").read_text() == "HALL_TOKEN=s3cret\n"


def test_a_dry_run_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services.Path, "home", lambda: tmp_path)
    assert main(["install", "--user", "--dry-run", *HOW, "--token=s3cret"]) == 0
    assert "would write" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_option_is_explained_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services.Path, "home", lambda: tmp_path)
    with pytest.raises(SystemExit):
        main(["install", "--user", "--server", "http://hall.example", "--token", "t", "--sign", "COM3"])
    assert "is no sign" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "more",
    [
        ("--clips", "words"),
        ("--state=var/x",),
        ("--speaker", "dir:calls"),
        ("--sign", "dir:signs=picture:3"),
    ],
)
def test_a_folder_is_named_from_the_root_on(more: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["install", "--user", "--dry-run", *HOW, "--token", "t", *more])
    assert "from the root on" in capsys.readouterr().err


def test_who_may_not_write_there_is_told_what_to_do(tmp_path: Path) -> None:
    made = service("hall-displays", HOW, "t", user=True, home=tmp_path)
    (tmp_path / ".config").write_text("a file where a folder should be")
    with pytest.raises(CannotInstall):
        write(made)


def test_without_systemd_the_commands_to_type_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = services.start("hall-displays", user=False)
    assert "systemctl daemon-reload && systemctl enable --now hall-displays.service" in told
