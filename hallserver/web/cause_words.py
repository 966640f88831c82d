"""Why a machine is not well, or a call was not said, in words: every code that a machine of ours can tell."""

from __future__ import annotations

from hallserver.web.catalogue import N_, catalogue
from hallserver.web.sentences import PAPER_CAUSES

AWAY_CAUSES: dict[str, str] = {
    "disconnected": N_("连接断开了"),
    "silent": N_("没有回应"),
    "nobody_reported": N_("没有音箱报到"),
}
MUTE_CAUSES: dict[str, str] = {
    "voice_unavailable": N_("语音合成用不了"),
    "no_player": N_("没有播放声音的程序"),
    "player_failed": N_("播放声音失败"),
    "player_hung": N_("播放声音卡住了"),
    "unreadable": N_("这次呼叫读不出来"),
    "muted": N_("大屏被按成了静音，按 M 恢复"),
    "locked": N_("浏览器不许出声，要在大屏上点一下"),
    "clips_missing": N_("录音里缺字，先用合成的声音"),
}
SIGN_CAUSES: dict[str, str] = {
    "connecting": N_("正在连接"),
    "no_port": N_("找不到接口"),
    "port_busy": N_("接口被别的程序占用"),
    "cable_lost": N_("连接线断了"),
    "unreachable": N_("连不上窗口屏"),
}
PRINTER_CAUSES: dict[str, str] = {
    **PAPER_CAUSES,
    "paper_low": N_("打印机的纸快用完了"),
    "spool_broken": N_("打印程序出错，正在重试"),
}
UNSAID_CAUSES: dict[str, str] = {
    "stale": N_("叫得太久，不再播报"),
    "replaced": N_("播报前又叫了一次"),
    "answered": N_("播报前人已到窗口，或呼叫已撤销"),
    "too_many": N_("排着太多呼叫"),
    "voice_off": N_("语音已关闭"),
}
STATES: dict[str, str] = {"mute": N_("没有声音"), "trouble": N_("出故障了"), "away": N_("没有连上")}
"""Of a machine that does not say why."""

CAUSES = AWAY_CAUSES | PRINTER_CAUSES | MUTE_CAUSES | UNSAID_CAUSES | STATES
OF_KIND = {"sign": SIGN_CAUSES}
"""The same code may mean another thing at another machine."""


def cause_words(cause: str | None, lang: str, kind: str = "") -> str:
    """A code in words where it is known, by the kind of machine that told it; a stranger's code as it is."""
    known = OF_KIND.get(kind, {}).get(cause or "") or CAUSES.get(cause or "")
    return catalogue(lang).say(known) if known else str(cause or "")
