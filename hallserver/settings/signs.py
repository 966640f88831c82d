"""What a hall's file says about the signs at its windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hallserver.settings.kinds import Strict, WindowId
from hallserver.settings.voice_checks import places

Words = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class SignTable(Strict):
    """The words of every sign."""

    call: Words = "请{number}号到{window}号窗口"
    serving: Words = "正在办理{number}号"
    idle: Words = "欢迎光临"
    paused: Words = "暂停服务"
    closed: Words = "暂停服务"


class ScreenTable(Strict):
    """The words of the boards and of the windows' own screens, and what these tell of the clerk."""

    call: Words = "请到 {window} 号窗口"
    call_en: Words = "Please go to window {window}"
    idle: Words = "欢迎光临"
    idle_en: Words = "Welcome"
    paused: Words = "暂停服务"
    paused_en: Words = "Paused"
    closed: Words = "未开放"
    closed_en: Words = "Closed"
    clerk: Literal["name", "number", "none"] = "name"


class Sign(Strict):
    """One sign that hangs on the server itself."""

    window: WindowId
    port: Annotated[
        str, StringConstraints(pattern=r"^tcp://[^\s/:]+:\d{1,5}$|^(serial://)?/dev/[^\s?]+(\?baud=\d{3,7})?$")
    ]
    protocol: Literal["jqueue", "plain"] = "jqueue"


Signs = Annotated[list[Sign], Field(max_length=400)]


def sign_problems(raw: dict[str, Any]) -> Iterator[str]:
    """Sentences about words that can't be filled and signs at windows that are not there."""
    screen = raw.get("screen")
    for key in ("call", "call_en"):
        words = screen.get(key) if isinstance(screen, dict) else None
        if isinstance(words, str) and not ("window" in (said := places(words)) and said <= {"number", "window"}):
            yield f"screen.{key} = {words!r}: must say {{window}}, may say {{number}}, and no other in braces"
    sign = raw.get("sign")
    for key in ("call", "serving"):
        words = sign.get(key) if isinstance(sign, dict) else None
        if isinstance(words, str) and not ("number" in (said := places(words)) and said <= {"number", "window"}):
            yield f"sign.{key} = {words!r}: must say {{number}}, may say {{window}}, and no other in braces"
    windows = raw.get("windows")
    known = [row.get("id") for row in windows if isinstance(row, dict)] if isinstance(windows, list) else []
    signs = raw.get("signs")
    for place, row in enumerate(signs if isinstance(signs, list) else []):
        if isinstance(row, dict) and isinstance(row.get("window"), str) and row["window"] not in known:
            yield f"signs[{place}].window = {row['window']!r}: no such window"
