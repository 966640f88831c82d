"""ESC/POS bytes back to the paper they make: the roll on disk shows what a printer would print.

It knows the commands our papers are made of and refuses every other one.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

HEIGHT_LIMIT_DOTS = 16_000  # two metres of paper: no ticket, a fault


class UnknownCommand(ValueError):
    """The bytes ask for something this decoder does not draw; says what and where."""

    def __init__(self, said: str, at: int) -> None:
        super().__init__(f"{said} at byte {at}")


@dataclass(frozen=True, slots=True)
class Decoded:
    image: Image.Image  # mode "1", 0 is black
    cut: bool


def decode(job: bytes) -> Decoded:
    """The paper of one job. Raises UnknownCommand for anything but ESC @, GS v 0, ESC J and GS V."""
    strips: list[Image.Image] = []
    at, cut = 0, False
    while at < len(job):
        command = job[at : at + 3]
        if cut:
            raise UnknownCommand("bytes after the cut", at)
        if command[:2] == b"\x1b@":
            at += 2
        elif command[:2] == b"\x1bJ":  # feed n dots
            strips.append(Image.new("1", (0, _byte(job, at + 2)), 1))
            at += 3
        elif command == b"\x1dv0":
            strip, at = _raster(job, at)
            strips.append(strip)
        elif command[:2] == b"\x1dV":
            cut, at = True, _after_cut(job, at)
        else:
            raise UnknownCommand(f"unknown command {command.hex(' ')}", at)
        if sum(strip.height for strip in strips) > HEIGHT_LIMIT_DOTS:
            raise UnknownCommand(f"more than {HEIGHT_LIMIT_DOTS} dots of paper", at)
    return Decoded(_joined(strips), cut)


def _raster(job: bytes, at: int) -> tuple[Image.Image, int]:
    """GS v 0 m xL xH yL yH d…: rows of xL+256·xH bytes, a set bit is a black dot."""
    head = job[at + 3 : at + 8]
    if len(head) < 5:
        raise UnknownCommand("raster cut short", at)
    if head[0] not in (0, 48):
        raise UnknownCommand(f"raster mode {head[0]}, only 0 is drawn", at)
    row_bytes, rows = int.from_bytes(head[1:3], "little"), int.from_bytes(head[3:5], "little")
    start, end = at + 8, at + 8 + row_bytes * rows
    if end > len(job):
        raise UnknownCommand("raster cut short", at)
    return Image.frombytes("1", (row_bytes * 8, rows), job[start:end], "raw", "1;I"), end


def _after_cut(job: bytes, at: int) -> int:
    """GS V m [n]: 0, 1, 48, 49 cut here; 65, 66 feed to the knife and n dots first."""
    kind = _byte(job, at + 2)
    if kind in (0, 1, 48, 49):
        return at + 3
    if kind in (65, 66):
        _byte(job, at + 3)
        return at + 4
    raise UnknownCommand(f"unknown cut {kind}", at)


def _byte(job: bytes, at: int) -> int:
    if at >= len(job):
        raise UnknownCommand("command cut short", at)
    return job[at]


def _joined(strips: list[Image.Image]) -> Image.Image:
    width = max((strip.width for strip in strips), default=0)
    paper = Image.new("1", (width, sum(strip.height for strip in strips)), 1)
    top = 0
    for strip in strips:
        paper.paste(strip, (0, top))
        top += strip.height
    return paper


def same_paper(one: Image.Image, other: Image.Image) -> bool:
    """Whether two papers have the very same dots."""
    return one.size == other.size and ImageChops.difference(one.convert("1"), other.convert("1")).getbbox() is None
