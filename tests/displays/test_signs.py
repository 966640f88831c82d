"""Signs on their cables: the truth at once, after a cable was pulled too. A pseudo-terminal is the serial line."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from displays.cables import CableLost, SerialCable, TcpCable, cable_to
from displays.dots import picture
from displays.sign_frames import jqueue, plain
from displays.signs import HALL, Sign, SignLine, sign_lines
from tests.displays.a_server import until
from tests.ports import our_port


class SerialPort:
    """A plug with a strip behind it: ``device`` is the name it has for programs; it may be pulled and put back."""

    def __init__(self, device: Path) -> None:
        self.device = device
        self.bytes = b""
        self._strip: int | None = None

    def plug_in(self) -> None:
        strip, inside = pty.openpty()
        tty.setraw(strip)
        tty.setraw(inside)
        self.device.unlink(missing_ok=True)
        self.device.symlink_to(os.ttyname(inside))
        os.close(inside)
        os.set_blocking(strip, False)
        self._strip = strip
        self.bytes = b""

    def pull(self) -> None:
        assert self._strip is not None
        os.close(self._strip)
        self._strip = None
        self.device.unlink()

    def read(self) -> bytes:
        with suppress(BlockingIOError, OSError):
            while self._strip is not None and (some := os.read(self._strip, 4096)):
                self.bytes += some
        return self.bytes


@asynccontextmanager
async def running(line: SignLine) -> AsyncIterator[SignLine]:
    task = asyncio.create_task(line.run())
    try:
        yield line
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def quick(cable: object, *signs: Sign, refresh_s: float = 60) -> SignLine:
    return SignLine(cable, signs, refresh_s=refresh_s, between_s=0.001, waits_s=(0.01, 0.05))  # type: ignore[arg-type]


@pytest.fixture
def port(tmp_path: Path) -> SerialPort:
    port = SerialPort(tmp_path / "ttyUSB0")
    port.plug_in()
    return port


async def test_a_sign_shows_each_new_word_on_its_serial_line(port: SerialPort) -> None:
    async with running(quick(SerialCable(str(port.device), 9600), Sign("3", jqueue))) as line:
        line.show("3", "欢迎光临")
        await until(lambda: port.read() == jqueue("欢迎光临"))
        line.show("3", "请A012号到3号窗口")
        await until(lambda: port.read() == jqueue("欢迎光临") + jqueue("请A012号到3号窗口"))
        line.show("3", "请A012号到3号窗口")
        line.show("4", "another window's")
        assert [(health.state, health.cause) for health in line.healths()] == [("well", None)]
    assert port.read() == jqueue("欢迎光临") + jqueue("请A012号到3号窗口"), "what is shown is not sent again"


async def test_a_cable_pulled_and_put_back_shows_the_truth_at_once(port: SerialPort) -> None:
    async with running(quick(SerialCable(str(port.device), 9600), Sign("3", jqueue))) as line:
        line.show("3", "请A012号到3号窗口")
        await until(lambda: port.read() == jqueue("请A012号到3号窗口"))
        port.pull()
        await until(lambda: line.cause in ("cable_lost", "no_port"))
        line.show("3", "请A013号到3号窗口")
        line.show("3", "暂停服务")
        assert line.healths()[0].state == "trouble"
        port.plug_in()
        await until(lambda: port.read() == jqueue("暂停服务") and line.cause is None)
    assert port.read() == jqueue("暂停服务"), "nothing of what was called meanwhile"


async def test_a_port_that_is_not_there_is_told_and_waited_for(tmp_path: Path) -> None:
    port = SerialPort(tmp_path / "ttyUSB0")
    async with running(quick(SerialCable(str(port.device), 9600), Sign("3", plain))) as line:
        line.show("3", "欢迎光临")
        await until(lambda: line.cause == "no_port")
        assert str(port.device) in line.sentence
        port.plug_in()
        await until(lambda: port.read() == plain("欢迎光临"))


async def test_a_strip_that_lost_its_power_shows_the_truth_again_after_a_while(port: SerialPort) -> None:
    async with running(quick(SerialCable(str(port.device), 9600), Sign("3", plain), refresh_s=0.05)) as line:
        line.show("3", "欢迎光临")
        await until(lambda: port.read() == plain("欢迎光临") * 3)


async def test_several_strips_share_a_line_frame_after_frame(port: SerialPort) -> None:
    async with running(quick(SerialCable(str(port.device), 9600), Sign("3", jqueue), Sign("4", plain))) as line:
        line.show("3", "欢迎光临")
        line.show("4", "暂停服务")
        await until(lambda: port.read() == jqueue("欢迎光临") + plain("暂停服务"))


class Controller:
    """An LED controller on the network."""

    def __init__(self, port: int) -> None:
        self.bytes = b""
        self.port = port
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.bytes = b""

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with suppress(OSError):
            while some := await reader.read(1024):
                self.bytes += some


async def test_a_controller_that_goes_away_and_comes_back_shows_the_truth_at_once() -> None:
    with our_port() as port:
        controller = Controller(port)
        await controller.start()
        async with running(quick(TcpCable("127.0.0.1", port), Sign("5", plain))) as line:
            line.show("5", "请B007号到5号窗口")
            await until(lambda: controller.bytes == plain("请B007号到5号窗口"))
            await controller.stop()
            await until(lambda: line.cause is not None)
            line.show("5", "欢迎光临")
            await until(lambda: line.cause == "unreachable")
            await controller.start()
            await until(lambda: controller.bytes == plain("欢迎光临") and line.cause is None)
        await controller.stop()


async def test_a_virtual_strip_is_a_picture_that_is_always_whole(tmp_path: Path) -> None:
    [line] = sign_lines([f"dir:{tmp_path}/signs=picture:3"])
    async with running(line):
        line.show("3", "欢迎光临")
        file = tmp_path / "signs" / "window-3.png"
        await until(lambda: file.exists() and file.read_bytes() == picture("欢迎光临"))
        line.show("3", "请A012号到3号窗口")
        await until(lambda: file.read_bytes() == picture("请A012号到3号窗口"))


def lit(png: bytes) -> list[tuple[int, int]]:
    """The dots that shine, by column and row."""
    with Image.open(BytesIO(png)) as opened:
        strip = opened.convert("RGB")
    columns, rows = strip.width // 6, strip.height // 6
    return [(x, y) for x in range(columns) for y in range(rows) if strip.getpixel((x * 6 + 3, y * 6 + 3))[0] > 200]  # type: ignore[index]


def test_the_picture_is_amber_dots_in_the_middle_of_a_black_strip() -> None:
    dots = lit(picture("请A012号到3号窗口"))
    assert 600 < len(dots) < 2500
    columns, rows = {x for x, _ in dots}, {y for _, y in dots}
    assert abs((min(columns) + max(columns)) / 2 - 147) < 3
    assert min(rows) >= 3
    assert max(rows) < 27
    assert lit(picture("")) == []
    assert len(picture("请A012号到3号窗口")) < 20_000


def test_a_long_text_makes_a_longer_strip_up_to_a_limit() -> None:
    widths = []
    for count in (5, 12, 20, 40, 200):
        with Image.open(BytesIO(picture("号" * count))) as strip:
            widths.append(strip.width)
    assert widths[0] == widths[1] < widths[2] < widths[3] == widths[4]


def test_signs_that_name_one_port_share_its_line() -> None:
    lines = sign_lines(
        ["COM3=jqueue:3", "COM3=jqueue:4", "tcp://192.0.2.7:5000=plain:5", "/dev/ttyUSB0?baud=19200=plain:6"]
    )
    assert [(line.cable.name, [sign.window for sign in line.signs]) for line in lines] == [
        ("COM3", ["3", "4"]), ("tcp://192.0.2.7:5000", ["5"]), ("/dev/ttyUSB0", ["6"])]  # fmt: skip


def test_a_strip_without_a_window_is_the_halls_own() -> None:
    on_cable, drawn = sign_lines(["COM3=jqueue", "dir:/tmp=picture"])
    assert [(sign.window, health.name) for sign, health in zip(on_cable.signs, on_cable.healths(), strict=True)] == [
        (HALL, "hall COM3")
    ]
    assert drawn.cable.name.endswith("hall.png")


@pytest.mark.parametrize(
    "wish",
    [
        "COM3",
        "COM3=jqueue:",
        "COM3=morse:3",
        "COM3=picture:3",
        "dir:/tmp=plain:3",
        "tcp://host=plain:3",
        "printer=plain:3",
        "COM3?baud=fast=plain:3",
        "COM3=jqueue:window-three",
    ],
)
def test_a_wish_that_is_no_sign_is_explained(wish: str) -> None:
    with pytest.raises(ValueError, match=r"is no|protocols"):
        sign_lines([wish])


async def test_a_tcp_cable_says_why_it_cannot_be_reached(unused_tcp_port: int) -> None:
    with pytest.raises(CableLost, match=str(unused_tcp_port)):
        await cable_to(f"tcp://127.0.0.1:{unused_tcp_port}").open()
