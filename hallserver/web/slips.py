"""The words on a hall's papers, in the resident's language: tickets, where to go on, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hallserver.moments import Moment, local
from hallserver.rules.bookings import arrival_opens, cancel_until
from hallserver.rules.estimate import wait_of
from hallserver.rules.hall import Hall, Part, Ticket
from hallserver.settings import HallSettings
from hallserver.views.shapes import Plain, wait_shape
from hallserver.web.catalogue import N_, catalogue
from hallserver.web.known_names import known_name
from hallserver.web.paper_templates import templates_of
from hallserver.web.sentences import day_words, wait_words, window_list, window_name

MISSING_INTRODUCTIONS = {
    "accepted_with_gaps": N_("已先受理，下面这些请补交："),
    "told_missing": N_("还缺下面这些，带齐后再来办理："),
}


@dataclass(frozen=True, slots=True)
class Slips:
    """Makes the slips of one hall as the JSON that ``ticket_printer.slip.Slip`` reads."""

    hall: Hall
    settings: HallSettings
    follow_url: str
    digits: str = ""
    """The digits to type at the kiosk, of a booking."""

    def ticket(self, ticket: Ticket, *, again_at: Moment | None = None) -> Plain:
        """A number's paper. Its wait is the one promised at the press; on a reprint, what is so by then. One that is
        booked says its time instead."""
        if ticket.state == "booked" and ticket.slot is not None:
            return self._booking(ticket, again_at)
        words, say = self._common(ticket), self._say(ticket)
        if again_at is None:
            words["ahead"] = self._ahead(ticket, ticket.ahead, ticket.promised)
        elif ticket.state == "waiting":
            now = wait_of(self.hall, ticket, again_at)
            words["ahead"] = self._ahead(ticket, self.hall.ahead_of(ticket), now)
        words["again"] = "" if again_at is None else say("补打 %(time)s", time=self._clock(again_at))
        return self._slip("ticket", words)

    def _booking(self, ticket: Ticket, again_at: Moment | None) -> Plain:
        say, lang, at_home = self._say(ticket), ticket.language, ticket.channel == "home"
        slot, ends = ticket.slot or 0, ticket.slot_ends or 0
        until = cancel_until(self.hall, ticket)
        arrive = [say("到大厅请在取号机报到，"), say("扫这个码或按预约码。")]
        words = self._common(ticket) | {
            "title": say("上门办理") if at_home else say("预约单"),
            "again": "" if again_at is None else say("补打 %(time)s", time=self._clock(again_at)),
            "day": day_words(local(slot, self.hall.layout.tz).isoformat(), lang),
            "slot": self._clock(slot) if at_home else f"{self._clock(slot)}–{self._clock(ends)}",
            "arrive_lines": [] if at_home else arrive,
            "code_line": f"{self.digits[:-4]}-{self.digits[-4:]}" if self.digits and not at_home else "",
            "until_lines": []
            if at_home
            else [
                say("%(time)s 起可以报到，还用这个号", time=self._clock(arrival_opens(self.hall, ticket))),
                say("取消或改约请在 %(until)s 以前", until=self._when(until, lang)),
            ],
        }
        return self._slip("booking", words)

    def transfer(self, ticket: Ticket, now: Moment, lines: Sequence[str] = ()) -> Plain:
        """Where someone who was sent on goes now, with the same number."""
        say, lang = self._say(ticket), ticket.language
        words = self._common(ticket)
        planned = self.hall.layout.windows.get(ticket.to_window or ticket.window or "")
        serving = [window.id for window in self.hall.serving_zone(ticket.zone)]
        words |= {
            "title": say("转号单"),
            "place": words["zone"],
            "windows": window_name(planned.id, planned.name, lang=lang) if planned else window_list(serving, lang),
            "ahead": "",
            "same_number": say("号码不变，不用重新取号。"),
            "lines": list(lines),
            "when": self._when(now, lang),
        }
        if ticket.state == "waiting":
            words["ahead"] = self._ahead(ticket, self.hall.ahead_of(ticket), wait_of(self.hall, ticket, now))
        return self._slip("transfer", words)

    def missing(self, ticket: Ticket, now: Moment, lines: Sequence[str]) -> Plain:
        """一次性告知单: what is missing, told once, with whom to ask."""
        say, lang, about = self._say(ticket), ticket.language, self.settings.hall
        part = _part_told(ticket)
        where, who, outcome = (
            (part.window, part.clerk, part.outcome) if part else (ticket.window, ticket.clerk, ticket.outcome)
        )
        window = self.hall.layout.windows.get(where or "")
        clerk = say("工号 %(clerk)s", clerk=who) if who else ""
        at = window_name(window.id, window.name, lang=lang) if window else ""
        introduction = MISSING_INTRODUCTIONS.get(outcome or "", MISSING_INTRODUCTIONS["told_missing"])
        words = (
            self._common(ticket)
            | ({"item": self._named(part.item, lang)} if part else {})
            | {
                "title": say("一次性告知单"),
                "introduction": say(introduction),
                "lines": list(lines),
                "who": "　".join(filter(None, (at, clerk))),
                "ask_at": say("咨询电话 %(phone)s", phone=about.phone) if about.phone else "",
                "address": about.address,
                "when": self._when(now, lang),
            }
        )
        return self._slip("missing", words)

    def _slip(self, paper: Any, words: dict[str, Any]) -> Plain:
        return {
            **{name: words[name] for name in ("hall", "zone", "number", "item", "follow_url")},
            "sample_line": words["sample"],
            "paper": paper,
            "lines": templates_of(self.settings.paper.templates).lines(paper, **words),
        }

    def _matters(self, ticket: Ticket, lang: str) -> str:
        """What the number is for: one matter, or all of a chain (多窗联办) in their order."""
        named = [part.item for part in ticket.chain] or [ticket.item]
        return " + ".join(filter(None, (self._named(item, lang) for item in named)))

    def _named(self, item: str | None, lang: str) -> str:
        known = self.hall.layout.items.get(item or "")
        return "" if known is None else known.name_en if lang == "en" else known.name

    def _parts(self, ticket: Ticket) -> list[str]:
        """The matters of a chain that are still to be done, where each is done, the present one first."""
        lang, say = ticket.language, self._say(ticket)
        found: list[str] = []
        for part in ticket.open_parts if len(ticket.chain) > 1 else []:
            item = self.hall.layout.items.get(part.item or "")
            zone = zone_words(self.hall, part.zone, lang)
            matter = (item.name_en if lang == "en" else item.name) if item is not None else ""
            words = say("再办：%(matter)s") if found else say("先办：%(matter)s")
            found.append(words % {"matter": f"{matter} · {zone}" if matter else zone})
        return found

    def _common(self, ticket: Ticket) -> dict[str, Any]:
        """What every template may name."""
        lang = ticket.language
        say, english = self._say(ticket), lang == "en"
        item = self.hall.layout.items.get(ticket.item or "")
        paper = self.settings.paper
        parts = [self.hall.layout.items.get(part.item or "") for part in ticket.open_parts] or [item]
        papers = dict.fromkeys(paper for part in parts if part is not None for paper in part.bring)
        bring = say("、").join(known_name(name, lang) for name in papers)
        return {
            "language": lang,
            "hall": self.hall.layout.name_en if english else self.hall.layout.name,
            "zone": zone_words(self.hall, ticket.zone, lang),
            "number": ticket.shown,
            "ahead": "",
            "again": "",
            "item": self._matters(ticket, lang),
            "parts": self._parts(ticket),
            "parts_line": say("办完一件，窗口告诉您下一件去哪里，号不变。") if len(ticket.open_parts) > 1 else "",
            "follow_url": self.follow_url,
            "follow_lines": [say("扫码看还有几人，"), say("快到时提醒您。")] if self.follow_url else [],
            "bring": say("请带：%(things)s", things=bring) if bring else "",
            "when": self._when(ticket.arrived or ticket.issued, lang),
            "footer": paper.footer_en if english else paper.footer,
            "sample": say("示例，不作办事凭证") if self.hall.layout.sample else "",
        }

    def _ahead(self, ticket: Ticket, ahead: int, wait: Any) -> str:
        words, say = wait_words(wait_shape(wait), ticket.language, ahead), self._say(ticket)
        before = say("前面 %(n)s 人", n=ahead)
        return f"{before}　{words}" if ahead else words

    def _say(self, ticket: Ticket) -> Any:
        return catalogue(ticket.language).say

    def _clock(self, moment: Moment) -> str:
        return f"{local(moment, self.hall.layout.tz):%H:%M}"

    def _when(self, moment: Moment, lang: str) -> str:
        return f"{day_words(local(moment, self.hall.layout.tz).isoformat(), lang)} {self._clock(moment)}"


def _part_told(ticket: Ticket) -> Part | None:
    """The part of a chain that something was missing for, the last one that ended so."""
    told = [part for part in ticket.chain if part.outcome in MISSING_INTRODUCTIONS]
    return max(told, key=lambda part: part.ended or 0, default=None)


def zone_words(hall: Hall, zone: str, lang: str) -> str:
    """``综合受理区`` or the English name: a zone's name as the place it is."""
    known = hall.layout.zones.get(zone)
    if known is None:
        return zone
    if lang == "en":
        return known.name_en
    return known.name if known.name.endswith("区") else f"{known.name}区"


def slip_of(hall: Hall, ticket: Ticket, settings: HallSettings, follow_url: str, digits: str = "") -> Plain:
    """A number's own paper."""
    return Slips(hall, settings, follow_url, digits).ticket(ticket)
