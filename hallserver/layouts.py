"""A hall's settings as the rules need them."""

from __future__ import annotations

from hallserver.rules.layout import AreaPlan, Bookings, Item, Layout, PrinterPlan, Session, WindowPlan, Zone
from hallserver.settings import HallSettings


def layout_of(settings: HallSettings, *, always_open: bool = False) -> Layout:
    """The operative part of the settings, which goes into the hall's log."""
    hall, calling, queue = settings.hall, settings.calling, settings.queue
    return Layout(
        id=hall.id,
        name=hall.name,
        name_en=hall.name_en,
        timezone=hall.timezone,
        level=hall.level,
        sample=settings.sample,
        always_open=always_open,
        zones={
            z.id: Zone(z.id, z.name, z.name_en, z.kind, z.prefix, z.hint, z.hint_en, z.booking_quota)
            for z in settings.zones
        },
        windows={
            w.id: WindowPlan(
                w.id, w.shown, w.zone, w.support, tuple(sorted(w.capabilities)), calls_by_itself=w.calls_by_itself
            )
            for w in settings.windows
        },
        items={
            i.id: Item(
                i.id, i.name, i.name_en, i.line, i.zone, i.kind, i.typical_min, i.variation,
                tuple(sorted(i.needs)), i.id_card_only, tuple(i.bring), i.daily_cap, tuple(i.after),
                booking_quota=i.booking_quota, promised_days=i.promised_days, promised_in=i.promised_in,
                self_service=i.self_service, self_service_en=i.self_service_en,
            )
            for i in settings.items
        },
        sessions=tuple(Session(tuple(s.days), s.start, s.end, s.zone, s.kind) for s in settings.hours),
        head_start_min=calling.head_start_min.model_dump(),
        handicap_min=calling.handicap_min,
        calls_before_absence=calling.calls_before_absence,
        recall_gap_s=calling.recall_gap_s,
        undo_within_s=calling.undo_within_s,
        hold_remind_min=calling.hold_remind_min,
        hold_reasons=tuple(settings.console.hold_reasons),
        pause_reasons=tuple(settings.console.pause_reasons),
        return_places=calling.return_places,
        think_s=calling.think_s,
        walk_s=calling.walk_s,
        warn_min=queue.warn_min,
        critical_min=queue.critical_min,
        waiting_limit=queue.waiting_limit,
        green_reasons=tuple(queue.green_reasons),
        green_given_by=settings.green.given_by,
        bookings=Bookings(**settings.bookings.model_dump()),
        pad_wake_s=settings.pad.wake_s,
        pad_thanks_s=settings.pad.thanks_s,
        holidays=settings.calendar.holidays,
        working_weekend_as=settings.calendar.working_weekend_as,
        last_intake_min=settings.intake.last_intake_min,
        served_before_closing=settings.intake.served_before_closing,
        leftovers=settings.closing.leftovers,
        **settings.alerts.model_dump(),
        notice_min=settings.planning.notice_min,
        cases_kept_days=settings.cases.kept_days,
        plans=tuple(plan.model_dump(mode="json", by_alias=True) for plan in settings.plans),
        areas=tuple(AreaPlan(a.id, "" if a.name == "-" else a.name, tuple(a.windows)) for a in settings.voice.areas),
        printers=tuple(PrinterPlan(p.id, tuple(p.serves), p.fallback) for p in settings.printers),
    )  # fmt: skip
