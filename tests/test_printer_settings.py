"""Several printers, and a hall's own papers, as the settings tell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hallserver.cli import main
from hallserver.layouts import layout_of
from hallserver.printers import check_templates
from hallserver.rules.layout import PrinterPlan
from hallserver.settings import SettingsError, load_hall

GOOD = (Path(__file__).parent / "a_good_hall.toml").read_text(encoding="utf-8")
TWO = """
[[printers]]
id = "left"
address = "tcp://192.0.2.7:9100"
serves = ["kiosk-1"]
fallback = "right"

[[printers]]
id = "right"
address = "agent"
mode = "text"
width_mm = 58
"""


def file(folder: Path, more: str, text: str = GOOD) -> Path:
    path = folder / "hall.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


def without_paper(text: str = GOOD) -> str:
    """The good hall without what its [paper] says of the one printer."""
    lines = text.splitlines(keepends=True)
    keys = ("printer =", "width_mm =", "mode =", "cut =", "beeps =")
    return "".join(line for line in lines if not line.startswith(keys))


def problems(path: Path) -> list[str]:
    with pytest.raises(SettingsError) as wrong:
        load_hall(path, {})
    return [line.removeprefix(f"{path}: ") for line in wrong.value.problems]


def test_the_one_printer_of_paper_is_a_printer_too(tmp_path: Path) -> None:
    settings = load_hall(file(tmp_path, ""), {"HALLSERVER__PAPER__PRINTER": "tcp://192.0.2.7:9100"})
    (printer,) = settings.all_printers
    assert (printer.id, printer.address, printer.mode) == ("printer", "tcp://192.0.2.7:9100", "raster")
    assert layout_of(settings).printer_for("kiosk-1") == "printer"


def test_several_printers_reach_the_rules_with_whom_they_serve(tmp_path: Path) -> None:
    settings = load_hall(file(tmp_path, TWO, without_paper()), {})
    assert [printer.address for printer in settings.all_printers] == ["tcp://192.0.2.7:9100", "agent"]
    assert layout_of(settings).printers == (PrinterPlan("left", ("kiosk-1",), "right"), PrinterPlan("right"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'fallback = "right"',
            'fallback = "moon"',
            "printers[0].fallback = 'moon': no such printer; must be one of: left,",
        ),
        ('fallback = "right"', 'fallback = "left"', "printers[0].fallback = 'left': is itself; name another"),
        ('id = "right"', 'id = "left"', "printers[].id = 'left': stands 2 times; each needs its own"),
        ('mode = "text"', 'serves = ["kiosk-1"]', "printers[].serves = 'kiosk-1': stands 2 times; a device's papers"),
        ('address = "agent"', 'address = "lpt1"', "printers[1].address = 'lpt1': must look like"),
        ("width_mm = 58", "width_mm = 57", "printers[1].width_mm = 57: must be 58 or 80"),
        ("width_mm = 58", "beeps = 10", "printers[1].beeps = 10: input should be less than or equal to 9"),
    ],
)
def test_printers_that_do_not_fit_together_are_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    found = problems(file(tmp_path, TWO.replace(old, new), without_paper()))
    assert any(line.startswith(says) for line in found), found


def test_the_one_printer_has_no_place_beside_several(tmp_path: Path) -> None:
    (told,) = problems(file(tmp_path, TWO))
    assert told == "paper.printer = 'roll': has no meaning beside [[printers]]; say it there"


def test_a_folder_of_templates_is_meant_from_where_the_file_lies(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    path = file(tmp_path, "", GOOD)
    settings = load_hall(path, {"HALLSERVER__PAPER__TEMPLATES": "papers"})
    assert settings.paper.templates == str(tmp_path / "papers")
    with pytest.raises(SettingsError, match="no such folder"):
        load_hall(path, {"HALLSERVER__PAPER__TEMPLATES": "papiere"})


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("number {{ nummer }}", "ticket.txt: 'nummer' is undefined"),
        ("shout {{ number }}", "'shout' is no kind of line; there are hall, zone"),
        ("", "lines: a list of"),
    ],
)
def test_a_template_that_makes_no_paper_is_told_before_the_hall_opens(tmp_path: Path, template: str, says: str) -> None:
    folder = tmp_path / f"papers-{len(template)}"
    folder.mkdir()
    (folder / "ticket.txt").write_text(template, encoding="utf-8")
    settings = load_hall(file(tmp_path, ""), {"HALLSERVER__PAPER__TEMPLATES": folder.name})
    with pytest.raises(SettingsError, match=says):
        check_templates(settings)


def test_the_shipped_halls_make_every_paper() -> None:
    for path in sorted((Path(__file__).parents[1] / "config").glob("*.toml")):
        check_templates(load_hall(path, {}))


def test_a_test_page_is_printed_straight_and_what_came_of_it_is_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = TWO.replace("tcp://192.0.2.7:9100", "roll")
    path = file(tmp_path, told, without_paper())

    def ran(*more: str) -> tuple[int, str]:
        words = ["hallserver", "print-test", "--hall", str(path), "--database", str(tmp_path / "hall.db"), *more]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), "".join(capfd.readouterr())

    assert ran("--printer", "left") == (0, "left (roll): the test page came out\n")
    assert len(list(tmp_path.rglob("paper/*/roll/*.png"))) == 1
    code, said = ran()
    assert code == 1
    assert "right (agent): a program beside it prints" in said
    assert ran("--printer", "moon") == (2, "--printer moon: no such printer; the hall has: left, right\n")
