"""Every route of the API in one table, with the roles that may use it."""

from __future__ import annotations

from hallserver.web import (
    answers,
    api_bookings,
    api_floor,
    api_halls,
    api_help,
    api_hours,
    api_items,
    api_machines,
    api_papers,
    api_prompts,
    api_tickets,
    api_windows,
    bodies,
    booking_bodies,
)
from hallserver.web.asking import EVERYONE, MACHINES, MACHINES_AND_STAFF, MANAGERS, STAFF, Route
from hallserver.web.case_routes import CASES
from hallserver.web.live import live
from hallserver.web.plan_routes import PLANNING

HALL = "/api/halls/{hall}"
TICKET = HALL + "/tickets/{ticket}"
WINDOW = HALL + "/windows/{window}"


AT_WINDOW = ("unknown_window", "not_your_window", "no_ticket_at_window", "wrong_state")

PLACES = ("unknown_window", "unknown_zone", "supports_itself")
WHERE = ("unknown_zone", "unknown_item", "item_not_in_zone")
NO_SLOT = ("bookings_not_taken", "too_far_ahead", "slot_past", "no_such_slot", "slot_full")
ROUTES: tuple[Route, ...] = (
    # The press that comes most often is found first.
    Route(
        "POST", HALL + "/tickets", api_tickets.take, EVERYONE, "Take a number",
        answers.TicketShape, bodies.IssueBody, 201,
        refuses=("hall_closed", "zone_closed", "intake_stopped", "quota_reached", "last_intake_past",
                 "not_before_closing", "hall_full", "unknown_zone", "unknown_item", "item_not_in_zone",
                 "reason_missing", "class_not_given_here", "chain_item_twice", "chain_too_long"),
    ),
    Route(
        "GET", HALL + "/slots", api_bookings.slots, EVERYONE, "The times that can be booked",
        booking_bodies.SlotsShape, query=("zone", "item", "day"),
        refuses=(*WHERE, "bookings_not_taken", "too_far_ahead"),
    ),
    Route(
        "POST", HALL + "/bookings", api_bookings.book_one, EVERYONE, "Book a number",
        answers.TicketShape, booking_bodies.BookingBody, 201,
        refuses=(*WHERE, *NO_SLOT, "phone_needed", "booked_already", "blocked"),
    ),
    Route(
        "GET", HALL + "/bookings/{code}", api_bookings.find, EVERYONE, "The booking of a code",
        answers.TicketShape, refuses=("unknown_booking", "too_many_requests"),
    ),
    Route(
        "POST", TICKET + "/arrival", api_bookings.come, EVERYONE, "The booker is here",
        answers.TicketShape, booking_bodies.ArrivalBody, refuses=("unknown_ticket", "not_booked", "too_early"),
    ),
    Route(
        "PUT", TICKET + "/slot", api_bookings.change_slot, EVERYONE, "Another time, with the same number",
        answers.TicketShape, booking_bodies.SlotBody,
        refuses=("unknown_ticket", "not_booked", "too_late_to_cancel", "booked_already", *NO_SLOT),
    ),
    Route(
        "POST", TICKET + "/home-visit", api_bookings.visit_made, STAFF, "What came of a home visit",
        answers.TicketShape, booking_bodies.HomeVisitBody, refuses=("unknown_ticket", "no_home_visit"),
    ),
    Route(
        "GET", TICKET + "/booker", api_bookings.booker, STAFF, "Who booked",
        booking_bodies.BookerShape, refuses=("unknown_ticket",),
    ),
    Route("GET", "/api/halls", api_halls.halls, EVERYONE, "Every hall of this server", answers.HallsShape),
    Route("GET", HALL, api_halls.one, EVERYONE, "One hall with zones, windows, items and hours", answers.HallShape),
    Route(
        "GET", HALL + "/items", api_items.items, EVERYONE, "Matters that fit what was typed",
        answers.ItemsShape, query=("q", "line", "limit"),
    ),
    Route(
        "POST", HALL + "/items/{item}/papers", api_papers.print_guide, EVERYONE, "Print what a matter asks for",
        answers.PaperShape, bodies.GuidePaperBody, 201, refuses=("unknown_item", "paper_awaited"),
    ),
    Route(
        "GET", HALL + "/items/{item}", api_items.one, EVERYONE, "One matter with its guide",
        answers.MatterShape, refuses=("unknown_item",),
    ),
    Route(
        "GET", TICKET, api_tickets.one, EVERYONE, "One ticket", answers.TicketShape, refuses=("unknown_ticket",)
    ),
    Route(
        "POST", TICKET + "/cancellation", api_tickets.give_up, EVERYONE, "Give the number up",
        answers.TicketShape, bodies.CancellationBody, refuses=("unknown_ticket", "wrong_state", "too_late_to_cancel"),
    ),
    Route(
        "POST", TICKET + "/return", api_tickets.back, EVERYONE, "Come back after missing the call",
        answers.TicketShape, bodies.Nothing, refuses=("unknown_ticket", "not_passed", "accepted_already"),
    ),
    Route(
        "POST", TICKET + "/transfer", api_tickets.send_on, STAFF, "Send on with the same number",
        answers.TicketShape, bodies.TransferBody,
        refuses=("unknown_ticket", "wrong_state", "unknown_zone", "unknown_item", "not_served_here",
                 "not_your_window", "unknown_window", "target_missing"),
    ),
    Route(
        "PUT", TICKET + "/chain", api_tickets.plan, STAFF, "Plan further matters under the same number",
        answers.TicketShape, bodies.ChainBody,
        refuses=("unknown_ticket", "wrong_state", "unknown_item", "chain_item_twice", "chain_too_long", "quota_reached",
                 "not_your_window"),
    ),
    Route(
        "PUT", TICKET + "/owner", api_tickets.accept, STAFF, "Accept the visit: who answers for it from now on",
        answers.TicketShape, bodies.OwnerBody,
        refuses=("unknown_ticket", "wrong_state", "owner_not_sought", "unknown_clerk", "not_allowed"),
    ),
    Route(
        "PUT", TICKET + "/rating", api_tickets.give_rating, EVERYONE, "Rate the service",
        answers.RatingShape, bodies.RatingBody,
        refuses=("unknown_ticket", "not_served", "already_rated", "option_unknown"),
    ),
    Route(
        "GET", TICKET + "/paper", api_tickets.paper, MACHINES_AND_STAFF, "The words on the ticket's paper",
        answers.SlipShape, refuses=("unknown_ticket",),
    ),
    Route(
        "POST", TICKET + "/reprints", api_papers.print_again, STAFF, "Print the number's paper again",
        answers.PaperShape, bodies.ReprintBody, 201,
        refuses=("unknown_ticket", "wrong_state", "paper_awaited", "unknown_printer"),
    ),
    Route(
        "POST", TICKET + "/receipts", api_papers.print_receipt, STAFF, "Print where to go on, or what is missing",
        answers.PaperShape, bodies.ReceiptBody, 201,
        refuses=("unknown_ticket", "wrong_state", "paper_awaited", "unknown_printer"),
    ),
    Route(
        "POST", WINDOW + "/calls", api_windows.call, STAFF, "Call the next, or one by name",
        answers.CallShape, bodies.CallBody, 201,
        refuses=("nobody_waiting", "window_closed", "window_paused", "window_busy", "unknown_window",
                 "not_your_window", "unknown_ticket", "wrong_state", "not_served_here", "not_capable",
                 "name_reason_missing"),
    ),
    Route(
        "POST", WINDOW + "/recalls", api_windows.call_again, STAFF, "Call the ticket at the window again",
        None, bodies.Nothing, 201, refuses=(*AT_WINDOW, "recalled_too_soon"),
    ),
    Route(
        "POST", WINDOW + "/undos", api_windows.undo, STAFF, "Take a mistaken call back",
        None, bodies.Nothing, 201, refuses=(*AT_WINDOW, "undo_too_late"),
    ),
    Route(
        "POST", WINDOW + "/absences", api_windows.absent, STAFF, "Nobody came: the ticket is passed",
        None, bodies.Nothing, 201, refuses=(*AT_WINDOW, "called_too_few"),
    ),
    Route(
        "POST", WINDOW + "/services", api_windows.start, STAFF, "The service starts",
        None, bodies.Nothing, 201, refuses=AT_WINDOW,
    ),
    Route(
        "POST", WINDOW + "/completions", api_windows.finish, STAFF, "The service ends, with its outcome",
        None, bodies.CompletionBody, 201, refuses=(*AT_WINDOW, "unknown_outcome",
        "outcome_note_missing"),
    ),
    Route(
        "POST", WINDOW + "/handovers", api_windows.next_clerk, STAFF, "The next clerk goes on with the ticket",
        None, bodies.HandOverBody, 201, refuses=(*AT_WINDOW, "unknown_clerk", "handed_to_self"),
    ),
    Route(
        "POST", WINDOW + "/holds", api_windows.put_aside, STAFF, "Put the ticket at the window aside",
        None, bodies.HoldBody, 201, refuses=AT_WINDOW,
    ),
    Route(
        "PUT", WINDOW + "/state", api_windows.change_state, STAFF, "Open, pause or close a window",
        answers.WindowShape, bodies.StateBody,
        refuses=("unknown_window", "not_your_window", "window_busy", "window_closed"),
    ),
    Route(
        "PUT", WINDOW + "/assignment", api_floor.change_assignment, MANAGERS, "Where the window serves",
        answers.WindowShape, bodies.AssignmentBody, refuses=(*PLACES, "window_changed"),
    ),
    Route(
        "GET", WINDOW + "/effect", api_floor.effect, MANAGERS, "What moving the window would do to the waits",
        answers.EffectsShape, query=("zone", "support"), refuses=PLACES,
    ),
    Route(
        "POST", HALL + "/effects", api_floor.effects_together, MANAGERS, "What moving several windows would do",
        answers.EffectsShape, bodies.EffectsBody, refuses=PLACES, keyed=False,
    ),
    Route(
        "POST", HALL + "/assignments", api_floor.change_together, MANAGERS, "Move several windows in one press",
        answers.ChangeShape, bodies.AssignmentsBody, 201, refuses=(*PLACES, "window_changed"),
    ),
    Route(
        "POST", HALL + "/assignments/{change}/undo", api_floor.put_back, MANAGERS, "Put back what a change replaced",
        answers.ChangeShape, bodies.Nothing, 201,
        refuses=("unknown_change", "already_undone", "changed_since", "window_busy"),
    ),
    Route(
        "POST", HALL + "/windows", api_floor.open_mobile, MANAGERS, "Open a mobile window for today",
        answers.WindowShape, bodies.MobileBody, 201,
        refuses=("unknown_zone", "supports_itself", "window_exists", "too_many_windows"),
    ),
    Route(
        "DELETE", WINDOW, api_floor.take_away, MANAGERS, "Take a mobile window away",
        answers.ChangeShape, refuses=("unknown_window", "not_mobile", "window_busy"),
    ),
    Route(
        "PUT", WINDOW + "/calling", api_windows.change_calling, STAFF, "Whether the window calls the next by itself",
        answers.WindowShape, bodies.CallingBody, refuses=("unknown_window", "not_your_window"),
    ),
    Route(
        "POST", HALL + "/help", api_help.call, EVERYONE, "Call a person to a machine of the hall",
        answers.HelpShape, bodies.HelpBody,
    ),
    Route(
        "DELETE", HALL + "/help/{place}", api_help.go, STAFF, "Go to where somebody called a person",
        answers.HelpShape, bodies.Nothing, refuses=("nobody_asked",),
    ),
    Route(
        "GET", HALL + "/calendar", api_hours.calendar, EVERYONE, "A year of the hall's calendar",
        answers.CalendarShape, query=("year",),
    ),
    Route(
        "PUT", HALL + "/calendar/years/{year}", api_hours.load_year, MANAGERS, "Take a year's holidays in",
        answers.CalendarShape, bodies.CalendarYearBody, refuses=("unknown_day", "day_not_in_year"),
    ),
    Route(
        "PUT", HALL + "/calendar/{day}", api_hours.set_day, MANAGERS, "Close a date, or give it hours of its own",
        answers.CalendarDayShape, bodies.CalendarDayBody,
        refuses=("unknown_day", "day_too_far", "unknown_zone", "session_ends_early", "calendar_full"),
    ),
    Route(
        "DELETE", HALL + "/calendar/{day}", api_hours.unset_day, MANAGERS, "Let a date be as the calendar makes it",
        answers.CalendarDayShape, bodies.Nothing, refuses=("unknown_day",),
    ),
    Route(
        "PUT", HALL + "/zones/{zone}/intake", api_hours.zone_intake, MANAGERS, "Give no more numbers for a zone today",
        answers.IntakeShape, bodies.IntakeBody, refuses=("unknown_zone",),
    ),
    Route(
        "PUT", HALL + "/items/{item}/intake", api_hours.item_intake, MANAGERS, "Give no more numbers for an item today",
        answers.IntakeShape, bodies.IntakeBody, refuses=("unknown_item",),
    ),
    Route(
        "PUT", HALL + "/closing", api_hours.choose, MANAGERS, "What becomes of those who wait at closing",
        answers.ClosingShape, bodies.ClosingBody, refuses=("unknown_leftovers",),
    ),
    Route(
        "GET", HALL + "/views/{view:.+}", api_halls.one_view, EVERYONE, "A screen's data",
        answers.ViewShape, refuses=("unknown_view", "unknown_window", "unknown_ticket", "unknown_zone"),
    ),
    Route(
        "GET", HALL + "/log", api_halls.deeds, MACHINES_AND_STAFF, "Deeds beyond a number",
        answers.LogShape, query=("after", "limit"),
    ),
    Route(
        "GET", HALL + "/voice/prompts/{prompt}.wav", api_prompts.prompt, EVERYONE, "A sentence of the kiosk, said",
        query=("number", "ahead"), refuses=("voice_unavailable", "not_found"), media="audio/wav",
    ),
    Route(
        "GET", HALL + "/voice/{deed}.wav", api_halls.spoken, EVERYONE, "The sound of a call",
        query=("waiting",), refuses=("voice_unavailable", "not_found"), media="audio/wav",
    ),
    Route(
        "GET", HALL + "/agents", api_machines.agents, MACHINES_AND_STAFF, "The machines that are connected",
        answers.AgentsShape,
    ),
    Route(
        "GET", HALL + "/printers", api_papers.printers, MACHINES_AND_STAFF, "The hall's printers",
        answers.PrintersShape,
    ),
    Route(
        "POST", HALL + "/printers/{printer}/test-pages", api_papers.try_printer, MANAGERS, "Print a test page",
        answers.PaperShape, bodies.Nothing, 201, refuses=("unknown_printer", "paper_awaited"),
    ),
    Route(
        "GET", HALL + "/papers/{deed}", api_papers.one, MACHINES_AND_STAFF, "A paper, by the deed that asked for it",
        answers.PaperShape, refuses=("unknown_paper",),
    ),
    Route(
        "GET", HALL + "/papers/{deed}/words", api_papers.words, MACHINES, "What stands on a paper",
        answers.PaperWordsShape, refuses=("unknown_paper",),
    ),
    Route(
        "PUT", HALL + "/papers/{deed}/printer", api_papers.take, MACHINES, "A printer takes a paper, before it begins",
        answers.PaperShape, bodies.TakingBody,
        refuses=("unknown_paper", "unknown_ticket", "paper_taken", "paper_elsewhere", "paper_stale"),
    ),
    Route(
        "POST", HALL + "/rehearsal", api_halls.rehearse, EVERYONE, "Play a day (demonstration only)",
        answers.RehearsalShape, bodies.RehearsalBody, 202, refuses=("not_demonstration", "rehearsal_running"),
        keyed=False,
    ),
    Route(
        "GET", HALL + "/rehearsal", api_halls.rehearsal, EVERYONE, "How far the played day is",
        answers.RehearsalShape, refuses=("not_demonstration",),
    ),
    Route(
        "DELETE", HALL + "/rehearsal", api_halls.end_rehearsal, EVERYONE, "Stop the played day",
        answers.RehearsalShape, refuses=("not_demonstration", "no_rehearsal"), keyed=False,
    ),
    *PLANNING,
    *CASES,
    Route("GET", "/healthz", api_halls.health, EVERYONE, "The process answers", answers.ViewShape),
    Route(
        "GET", "/readyz", api_halls.ready, EVERYONE, "Presses are taken", answers.ViewShape,
        refuses=("storage_unavailable",),
    ),
)  # fmt: skip

LIVE = Route("GET", HALL + "/live", live, EVERYONE, "Views and deeds as they come (WebSocket)")
