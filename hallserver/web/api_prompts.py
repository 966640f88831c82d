"""What the kiosk says aloud in its large print (大字版): a few fixed sentences, with the number in hand."""

from __future__ import annotations

import re

from aiohttp import web

from hallserver.refusals import Refusal
from hallserver.web.api_halls import whole_number
from hallserver.web.asking import NO_STORE, Ask
from hallserver.web.catalogue import N_, catalogue
from hallserver.web.language import language_of

PROMPTS = {
    "start": N_("请按最大的蓝色按钮取号。要人帮忙，请按请人帮忙。"),
    "taken": N_("您的号是 {number}。前面还有 {ahead} 人。请到等候区休息，叫到您时会念您的号。"),
    "next": N_("您的号是 {number}。马上就到您，请留意叫号。"),
    "returned": N_("已经为您排回队里，还是 {number} 号。"),
    "help": N_("已经叫了工作人员，请稍等。"),
}
NUMBER = re.compile(r"[A-Z]{1,2}[0-9]{3,5}")
AHEAD_LIMIT = 999


async def prompt(ask: Ask) -> web.StreamResponse:
    """The sound of a sentence; nothing (204) in a hall without a voice. Refuses not_found, malformed and
    voice_unavailable."""
    sentence = PROMPTS.get(ask.names["prompt"])
    if sentence is None:
        raise Refusal("not_found")
    number = ask.request.query.get("number")
    ahead = whole_number(ask, "ahead", 0, AHEAD_LIMIT)
    if NUMBER.fullmatch(number or "") is None and (number is not None or "{number}" in sentence):
        raise Refusal("malformed", field="number")
    if not ask.hall.settings.voice.enabled:
        return web.Response(status=204, headers=NO_STORE)
    if ask.hub.speaker is None:
        raise Refusal("voice_unavailable")
    lang = language_of(ask.request)
    saying = ask.hall.read_aloud(catalogue(lang).say(sentence), number or "", ahead, lang, ask.hall.desk.clock.now())
    wav = await ask.hub.speaker.say(saying)
    return web.Response(body=wav, content_type="audio/wav", headers={"Cache-Control": "private, max-age=3600"})
