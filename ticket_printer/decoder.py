"""ESC/POS bytes back to the paper they make: the roll on disk shows what a printer would print.

It knows the commands our papers are made of and refuses every other one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image, ImageChops

from ticket_printer.decoded_text import LINE_DOTS, TextLine
from ticket_printer.qr import modules_of

HEIGHT_LIMIT_DOTS = 16_000  # two metres of paper: no ticket, a fault
_WORDS = re.compile(rb"(?:[\x20-\x7e]|[\x81-\xfe][\x30-\x39\x40-\x7e\x80-\xfe])+")


class UnknownCommand(ValueError):
    """The bytes ask for something this decoder does not draw; says what and where."""

    def __init__(self, said: str, at: int) -> None:
        super().__init__(f"{said} at byte {at}")


@dataclass(frozen=True, slots=True)
class Decoded:
    image: Image.Image  # mode "1", 0 is black
    cut: bool
    beeps: int = 0
    words: str = ""  # what was set in the printer's own letters, line by line


def decode(job: bytes, width_dots: int = 576) -> Decoded:
    """The paper of one job; ``width_dots`` is how wide the printer's text lines are.

    Raises UnknownCommand for any command that none of our papers has.
    """
    reading = _Reading(job, width_dots)
    while reading.at < len(job):
        if reading.cut:
            raise UnknownCommand("bytes after the cut", reading.at)
        reading.step()
        if sum(strip.height for strip in reading.strips) > HEIGHT_LIMIT_DOTS:
            raise UnknownCommand(f"more than {HEIGHT_LIMIT_DOTS} dots of paper", reading.at)
    return Decoded(_joined(reading.strips), reading.cut, reading.beeps, reading.words)


class _Reading:
    """A job being read from its beginning; `at` is the next byte."""

    def __init__(self, job: bytes, width_dots: int) -> None:
        self.job, self.at = job, 0
        self.strips: list[Image.Image] = []
        self.line = TextLine(width_dots)
        self.chinese = False
        self.cut, self.beeps, self.words = False, 0, ""
        self._content = ""
        self._module_dots = 3

    def step(self) -> None:
        """One command or one run of words."""
        command = self.job[self.at : self.at + 3]
        if command == b"\x1dv0":
            self._raster()
        elif command == b"\x1d(k":
            self._code()
        elif command[:2] == b"\x1dV":
            self.cut, self.at = True, _after_cut(self.job, self.at)
        elif command[:1] == b"\n":
            self._end_line()
        elif command[:1] in b"\x1b\x1c\x1d":
            self._short(command[:2])
        elif self.chinese and (words := _WORDS.match(self.job, self.at)):
            self._say(words.group())
        else:
            raise self._unknown()

    def _unknown(self) -> UnknownCommand:
        return UnknownCommand(f"unknown command {self.job[self.at : self.at + 3].hex(' ')}", self.at)

    def _short(self, command: bytes) -> None:
        """Commands of two bytes, and those with one or two more."""
        if command in (b"\x1b@", b"\x1c&"):
            self.chinese = command == b"\x1c&" or self.chinese
            self.at += 2
            return
        if command not in (b"\x1bJ", b"\x1bd", b"\x1ba", b"\x1b!", b"\x1c!", b"\x1d!", b"\x1bB"):
            raise self._unknown()
        value = _byte(self.job, self.at + 2)
        self._obey(command, value)
        self.at += 4 if command == b"\x1bB" else 3

    def _obey(self, command: bytes, value: int) -> None:
        match command:
            case b"\x1bJ":  # feed n dots
                self._feed(value)
            case b"\x1bd":  # feed n lines
                self._feed(value * LINE_DOTS)
            case b"\x1ba":
                self.line.centred = value == 1
            case b"\x1b!":
                self.line.bold = bool(value & 0x08)
            case b"\x1d!":
                self.line.wide, self.line.high = (value >> 4) + 1, (value & 0x0F) + 1
            case b"\x1bB":
                self.beeps += value

    def _feed(self, dots: int) -> None:
        self.strips.append(Image.new("1", (0, dots), 1))

    def _say(self, words: bytes) -> None:
        try:
            said = words.decode("gb18030")
        except UnicodeDecodeError as error:
            raise UnknownCommand(f"no GB18030 text: {error.reason}", self.at) from error
        self.line.say(said)
        self.words += said
        self.at += len(words)

    def _end_line(self) -> None:
        self.strips += self.line.rows()
        self.words += "\n"
        self.at += 1

    def _code(self) -> None:
        """GS ( k pL pH 49 fn …: a square code's size, its content, and to draw it."""
        length = int.from_bytes(self.job[self.at + 3 : self.at + 5], "little")
        end = self.at + 5 + length
        if length < 3 or end > len(self.job):
            raise UnknownCommand("code cut short", self.at)
        function, told = self.job[self.at + 6], self.job[self.at + 7 : end]
        match function:
            case 67:
                self._module_dots = told[0]
            case 80:
                self._content = told[1:].decode("utf-8")
            case 81:
                self.strips.append(self._drawn_code())
            case 65 | 69:  # its model, its level
                pass
            case _:
                raise UnknownCommand(f"unknown code function {function}", self.at)
        self.at = end

    def _drawn_code(self) -> Image.Image:
        modules = modules_of(self._content)
        side = len(modules)
        dark = Image.frombytes("L", (side, side), b"".join(bytes(255 * (1 - m) for m in row) for row in modules))
        code = dark.resize((side * self._module_dots,) * 2, Image.Resampling.NEAREST).convert("1")
        strip = Image.new("1", (max(self.line.width, code.width), code.height), 1)
        strip.paste(code, ((strip.width - code.width) // 2 if self.line.centred else 0, 0))
        return strip

    def _raster(self) -> None:
        """GS v 0 m xL xH yL yH d…: rows of xL+256·xH bytes, a set bit is a black dot."""
        head = self.job[self.at + 3 : self.at + 8]
        if len(head) < 5:
            raise UnknownCommand("raster cut short", self.at)
        if head[0] not in (0, 48):
            raise UnknownCommand(f"raster mode {head[0]}, only 0 is drawn", self.at)
        row_bytes, rows = int.from_bytes(head[1:3], "little"), int.from_bytes(head[3:5], "little")
        start, end = self.at + 8, self.at + 8 + row_bytes * rows
        if end > len(self.job):
            raise UnknownCommand("raster cut short", self.at)
        self.strips.append(Image.frombytes("1", (row_bytes * 8, rows), self.job[start:end], "raw", "1;I"))
        self.at = end


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
