"""Our TCP printer against emupos, which shares no line of code with us: the paper, and why none came.

Started by ``run`` with emupos's command as its argument. Says what it checked; raises where it is wrong.
"""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image, ImageOps

from ticket_printer.decoder import decode, same_paper
from ticket_printer.escpos_bytes import Make, paper_bytes
from ticket_printer.failures import PrintFailed
from ticket_printer.printers import open_printer
from ticket_printer.slip import Slip

START_LIMIT_S = 30
SETTINGS = """\
schema: 1
api: {{ host: 127.0.0.1, port: {api} }}
devices:
  - id: hall
    type: printer
    profile: {profile}
    connections:
      - tcp: {{ host: 127.0.0.1, port: {tcp} }}
"""
FOLLOW_URL = "http://hall.example:8080/t/Mh3kQ9xV2bTn7RcW"
SLIP = Slip.of(
    ("hall", "骆家庄便民服务中心"),
    ("zone", "综合受理区"),
    ("number", "A018"),
    ("ahead", "前面 6 人　约 12–18 分钟"),
    ("item", "城乡居民养老保险参保登记"),
    ("rule", ""),
    ("code", FOLLOW_URL),
    ("beside", "扫码看还有几人，"),
    ("beside", "快到时提醒您。"),
    ("beside_strong", "请带：身份证、户口簿"),
    ("foot", "11月23日 09:42　过号回来请点“我回来了”"),
)


@dataclass(frozen=True)
class Emupos:
    """The printer's address, and the hand that opens its cover."""

    url: str
    api: str

    def papers(self) -> list[str]:
        return [paper["id"] for paper in json.loads(self._ask("GET", "receipts"))]

    def picture(self, paper: str) -> Image.Image:
        return Image.open(io.BytesIO(self._ask("GET", f"receipts/{paper}/image")))

    def was_cut(self, paper: str) -> bool:
        return bool(json.loads(self._ask("GET", f"receipts/{paper}"))["boundary"] == "cut")

    @contextmanager
    def with_fault(self, fault: str) -> Iterator[None]:
        self._ask("PUT", f"faults/{fault}")
        yield
        self._ask("DELETE", f"faults/{fault}")

    def _ask(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(f"{self.api}/devices/hall/{path}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bytes(answer.read())


@contextmanager
def running(command: str, profile: str) -> Iterator[Emupos]:
    with tempfile.TemporaryDirectory() as folder:
        api, tcp = free_port(), free_port()
        settings = Path(folder) / "emupos.yaml"
        settings.write_text(SETTINGS.format(api=api, tcp=tcp, profile=profile))
        program = [str(Path(command).absolute()), "run", "--config", str(settings)]
        with subprocess.Popen(program, cwd=folder, stdout=subprocess.DEVNULL) as emupos:
            try:
                wait_until_up(f"http://127.0.0.1:{api}/api/v1/health")
                yield Emupos(f"tcp://127.0.0.1:{tcp}", f"http://127.0.0.1:{api}/api/v1")
            finally:
                emupos.terminate()


def wait_until_up(health: str) -> None:
    until = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with urllib.request.urlopen(health, timeout=2):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def cause_of(printer_url: str, job: bytes) -> str:
    try:
        open_printer(printer_url, roll=Path("roll"), roll_keep=1).print(job, "A018")
    except PrintFailed as failed:
        return failed.cause
    return "printed"


def check(what: str, found: object, expected: object) -> None:
    sys.stdout.write(f"{'ok  ' if found == expected else 'NOT '} {what}: {found}\n")
    if found != expected:
        raise SystemExit(f"{what}: expected {expected}, found {found}")


def main(command: str) -> None:
    for profile, make in (
        ("epson-tm-t20iii", Make(80)),
        ("xprinter-xp80t", Make(80)),
        ("xprinter-xp80t", Make(58)),
        ("xprinter-xp80t", Make(80, "text", beeps=2)),
    ):
        with running(command, profile) as emupos:
            sys.stdout.write(f"{profile}, {make.width_mm} mm, {make.mode}\n")
            check_paper(emupos, make)
            check_faults(emupos, make)
            url = emupos.url
        check("after it was switched off", cause_of(url, paper_bytes(SLIP)), "unreachable")


def check_paper(emupos: Emupos, make: Make) -> None:
    job = paper_bytes(SLIP, make)
    began = time.monotonic()
    check("a ticket", cause_of(emupos.url, job), "printed")
    took_ms = round((time.monotonic() - began) * 1000)
    (paper,) = emupos.papers()  # told to be out, so it is there: no waiting
    drawn = emupos.picture(paper)
    ours = decode(job).image
    check("papers cut", emupos.was_cut(paper), True)
    # A narrower paper stands at the left of this 80 mm printer.
    if make.mode == "raster":  # a printer's own letters are its own
        check("the same dots as ours", same_paper(drawn.crop((0, 0, *ours.size)), ours), True)
    if folder := os.environ.get("EMUPOS_PAPERS"):
        drawn.save(Path(folder) / f"emupos-{make.width_mm}-{make.mode}.png")
    (code,) = zxingcpp.read_barcodes(ImageOps.expand(drawn.convert("L"), 32, 255))
    check("its code says", code.text, FOLLOW_URL)
    sys.stdout.write(f"     from the first byte to the answer that it is out: {took_ms} ms\n")


def check_faults(emupos: Emupos, make: Make) -> None:
    job = paper_bytes(SLIP, make)
    for fault, cause in (
        ("paper-out", "no_paper"),
        ("cover-open", "cover_open"),
        ("offline", "offline"),
        ("paper-near-end", "printed"),
    ):
        before = len(emupos.papers())
        with emupos.with_fault(fault):
            check(fault, cause_of(emupos.url, job), cause)
        # Nothing was sent to a printer that could not print, so nothing comes out afterwards either.
        check("  papers after it was mended", len(emupos.papers()) - before, int(cause == "printed"))


if __name__ == "__main__":
    main(sys.argv[1])
