"""The hall's machines in words, as the manager's floor lists those that are not well."""

from __future__ import annotations

from typing import Any

from hallserver.web.catalogue import N_, catalogue
from hallserver.web.cause_words import cause_words

MACHINES: dict[str, str] = {
    "voice": N_("音箱 %(name)s"),
    "printer": N_("打印机 %(name)s"),
    "sign": N_("窗口屏 %(name)s"),
    "board": N_("大屏 %(name)s"),
    "kiosk": N_("取号机 %(name)s"),
    "synthesiser": N_("语音合成"),
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
    return say(known, name=name) if known else str(machine["name"]), cause_words(
        machine["cause"], lang, machine["kind"]
    )


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
