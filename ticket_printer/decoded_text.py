"""Text lines as a printer sets them: its own letters, each dot as many times as wide and high as asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from ticket_printer.raster import face_of
from ticket_printer.text_mode import COLUMN_DOTS, LETTER_DOTS

LINE_DOTS = 30  # a printer's usual line, where nothing on it is higher


@dataclass(slots=True)
class TextLine:
    """One line being filled, with the size and place that commands have set; they outlast the line."""

    width: int
    wide: int = 1
    high: int = 1
    bold: bool = False
    centred: bool = False
    letters: list[Image.Image] = field(default_factory=list)

    def say(self, words: str) -> None:
        for character in words:
            self.letters.append(_letter(character, self.wide, self.high, bold=self.bold))

    def rows(self) -> Iterator[Image.Image]:
        """The line as strips of paper; what is too long goes on below, as on a printer."""
        row: list[Image.Image] = []
        for letter in self.letters:
            if row and sum(each.width for each in row) + letter.width > self.width:
                yield self.strip(row)
                row = []
            row.append(letter)
        yield self.strip(row)
        self.letters = []

    def strip(self, row: list[Image.Image]) -> Image.Image:
        used = sum(letter.width for letter in row)
        height = max(LINE_DOTS, *(letter.height + 6 for letter in row)) if row else LINE_DOTS
        strip = Image.new("1", (self.width, height), 1)
        left = (self.width - used) // 2 if self.centred else 0
        for letter in row:
            strip.paste(letter, (left, height - letter.height))
            left += letter.width
        return strip


def _letter(character: str, wide: int, high: int, *, bold: bool) -> Image.Image:
    columns = COLUMN_DOTS if character.isascii() else LETTER_DOTS
    cell = Image.new("L", (columns, LETTER_DOTS), 255)
    font = face_of(character, 20 if character.isascii() else 23, 700 if bold else 400)
    ImageDraw.Draw(cell).text((columns / 2, 20), character, fill=0, font=font, anchor="ms")
    dots = cell.point(lambda shade: 0 if shade < 144 else 255).convert("1", dither=Image.Dither.NONE)
    return dots.resize((columns * wide, LETTER_DOTS * high), Image.Resampling.NEAREST)
