"""The hall's machines in words, as the manager's floor lists those that are not well."""

from __future__ import annotations

from typing import Any

from hallserver.web.alert_words import MUTE_CAUSES
from hallserver.web.catalogue import N_, catalogue
from hallserver.web.sentences import PAPER_CAUSES

MACHINES: dict[str, str] = {
    "voice": N_("音箱 %(name)s"),
    "printer": N_("打印机 %(name)s"),
    "sign": N_("窗口屏 %(name)s"),
    "board": N_("大屏 %(name)s"),
    "kiosk": N_("取号机 %(name)s"),
    "synthesiser": N_("语音合成"),
}
AWAY_CAUSES: dict[str, str] = {
    "disconnected": N_("连接断开了"),
    "silent": N_("没有回应"),
    "nobody_reported": N_("没有音箱报到"),
}
CHANNELS: dict[str, str] = {
    "kiosk": N_("取号机"),
    "phone": N_("手机"),
    "desk": N_("服务台"),
    "api": N_("别的程序"),
    "home": N_("上门"),
    "self_service": N_("自助"),
    "rehearsal": N_("演练"),
}
OWN = N_("（服务器上的）")


def machine_words(machine: dict[str, Any], lang: str) -> tuple[str, str]:
    """Which machine, and why it is not well."""
    say = catalogue(lang).say
    name = say(OWN) if machine["name"] == "hall" else machine["name"]
    known = MACHINES.get(machine["kind"])
    return say(known, name=name) if known else str(machine["name"]), cause_words(machine["cause"], lang)


def channel_words(channel: str, lang: str) -> str:
    """By which way a number came."""
    return catalogue(lang).say(CHANNELS[channel]) if channel in CHANNELS else channel


def giver_words(by: str | None, staff: dict[str, str], lang: str) -> str:
    """Who gave a number: a person by name and staff number, a machine by its name, or the resident alone."""
    say = catalogue(lang).say
    role, _, name = (by or "").partition(":")
    if role == "device":
        return say("设备 %(name)s", name=name)
    if role == "resident":
        return say("居民自己")
    if role in ("clerk", "manager"):
        return f"{staff[name]} {name}" if name in staff else say("工号 %(clerk)s", clerk=name)
    return by or "–"


def cause_words(cause: str | None, lang: str) -> str:
    """A code a machine gave, in words where it is known."""
    known = AWAY_CAUSES.get(cause or "") or MUTE_CAUSES.get(cause or "") or PAPER_CAUSES.get(cause or "")
    return catalogue(lang).say(known) if known else str(cause or "")
