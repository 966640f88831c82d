"""The roll on disk: the paper side of a hall that has no printer yet, and what a rehearsal prints on."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

from ticket_printer.decoder import decode
from ticket_printer.failures import PrintFailed, Warned


class RollPrinter:
    """Keeps the newest `keep` papers as PNG with a JSON beside each.

    A paper is ``<moment in ms>-<name>.png``; the newest is the last by name. Its JSON
    ``{"name", "at", "png", "width_dots", "height_dots", "cut", "bytes"}`` is written after the picture:
    where there is a JSON, the paper is whole.
    """

    name = "roll"
    warning: Warned | None = None

    def __init__(self, folder: Path, keep: int, width_dots: int = 576) -> None:
        if keep < 1:
            raise ValueError(f"roll_keep: at least 1 paper, not {keep}")
        self.folder, self.keep, self.width_dots = folder, keep, width_dots

    def state(self) -> Warned | None:
        return None

    def print(self, job: bytes, name: str) -> None:
        """Raises PrintFailed when the disk does not take the paper."""
        paper = decode(job, self.width_dots)
        moment = time.time_ns() // 1_000_000
        stem = f"{moment:014d}-{re.sub(r'[^A-Za-z0-9_-]', '_', name)[:80]}"
        facts = {
            "name": name,
            "at": moment,
            "png": f"{stem}.png",
            "width_dots": paper.image.width,
            "height_dots": paper.image.height,
            "cut": paper.cut,
            "bytes": len(job),
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            drawing = self.folder / f".{stem}.png"
            paper.image.save(drawing, format="PNG")
            drawing.replace(self.folder / f"{stem}.png")
            note = self.folder / f".{stem}.json"
            note.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
            note.replace(self.folder / f"{stem}.json")
            self._tear_off()
        except PermissionError as error:
            raise PrintFailed("misconfigured", f"the roll at {self.folder}: {error.strerror}") from error
        except OSError as error:
            raise PrintFailed("offline", f"the roll at {self.folder}: {error.strerror}") from error

    def _tear_off(self) -> None:
        """Forget the oldest papers, and what a crash left half written."""
        names = sorted(os.listdir(self.folder))
        papers = [name.removesuffix(".json") for name in names if name.endswith(".json") and name[0] != "."]
        kept = set(papers[-self.keep :])
        for name in names:
            if name.lstrip(".").rpartition(".")[0] not in kept and name.endswith((".png", ".json")):
                (self.folder / name).unlink(missing_ok=True)
