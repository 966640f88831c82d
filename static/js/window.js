// A window's console: every press once, by key or by finger, and never by accident.
//
// The contract with partials/window.html: [data-press] is what a button does, [data-keys] the keys that
// press it, [data-main] the big one; [data-console] carries data-may, data-state, data-ticket, data-number.
// [data-due] is a ticket on hold that its clerk is reminded of. Dialogs: window-asks.js.

import "./live.js"
import { press } from "./press.js"
import { Reminder } from "./reminder.js"
import { sentence } from "./sentences.js"
import { Asks } from "./window-asks.js"

const DOUBLE_MS = 600 // a second press by the same finger or key within this is the first one's echo
const VIEW_LIMIT_MS = 1_500 // how long a press waits to be seen in the view
const SLOW_MS = 2_000

// What the presses that need no words send, on the window.
const PLAIN = {
  call: ["POST", "calls", {}],
  recall: ["POST", "recalls", {}],
  absent: ["POST", "absences", {}],
  undo: ["POST", "undos", {}],
  start: ["POST", "services", {}],
  complete: ["POST", "completions", {}],
  open: ["PUT", "state", { state: "open" }],
  close: ["PUT", "state", { state: "closed" }],
  by_itself: ["PUT", "calling", { by_itself: true }],
  by_press: ["PUT", "calling", { by_itself: false }],
}

class WindowConsole extends HTMLElement {
  #pressing = null // the button, or the dialog, whose press is under way
  #under_way = null // what that button did when it was pressed: the view may make another of it meanwhile
  #last = { by: null, at: 0 }
  #next_wanted = false // the next was asked for while the last was still being ended
  #meant = null // what was pressed while another press was still unanswered
  #reminder = new Reminder()
  #asks = null

  connectedCallback() {
    this.#asks = new Asks(this)
    this.#reminder.news(this)
    this.addEventListener("click", this.#clicked)
    this.addEventListener("live", this.#viewed)
    this.addEventListener("live-new", this.#newer)
    document.addEventListener("keydown", this.#key)
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key)
  }

  get ticket() {
    return this.querySelector("[data-console]").dataset
  }

  #may(what) {
    return this.ticket.may.split(" ").includes(what)
  }

  // Keys and fingers

  #key = (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    if (this.#asks.open && !this.#pressing) return this.#asks.digit(event)
    // A dialog that waits for its answer asks nothing any more: keys mean what the screen behind it shows by then.
    if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return
    const key = event.key === " " ? "space" : event.key.toLowerCase()
    const focused = document.activeElement?.closest("a, button")
    if (focused && (key === "space" || key === "enter")) return // the button under the focus ring is meant
    const button = this.#button_of(key)
    if (!button && key !== "space") return
    event.preventDefault() // a space that calls nobody doesn't scroll either
    if (this.#pressing && key === "space") this.#next_wanted ||= this.#last.by !== "space"
    else if (button) this.#act(button, key)
  }

  #button_of(key) {
    return [...this.querySelectorAll("[data-press][data-keys]")].find((one) => one.dataset.keys.split(" ").includes(key))
  }

  #clicked = (event) => {
    const button = event.target.closest("button")
    if (!button) return
    // After a click the keys mean what they say again, and not the button that was clicked.
    if (event.detail > 0 && !this.#asks.open) button.blur()
    if (button.dataset.press) this.#act(button, event.detail > 0 ? "pointer" : "focus")
  }

  #act(button, by) {
    if (this.#echo(by)) return
    const what = button.dataset.press
    if (this.#pressing) return this.#mean(what, button, by)
    if (button.disabled) return
    this.#last = { by, at: performance.now() }
    if (what === "call_ticket") this.send(button, "POST", this.at("calls"), { ticket: button.dataset.ticket })
    else if (what === "reprint") this.print(button, "reprints", {})
    else if (what === "accept") this.send(button, "PUT", this.of_ticket("owner"), {})
    else if (what === "close" && this.ticket.ticket) this.#ask("close")
    else if (PLAIN[what]) this.#plain(button, what)
    else this.#ask(what)
  }

  #echo(by) {
    return by === this.#last.by && performance.now() - this.#last.at < DOUBLE_MS
  }

  /** A view can be here before the answer is. Who acts on what it shows is heard: it is done after the answer,
      if it is still the same ticket. The same press again is impatience. */
  #mean(what, button, by) {
    if (what === this.#under_way || !this.#allows(what)) return
    this.#meant = { what, by, of: button.dataset.ticket, here: this.ticket.ticket }
  }

  #do_what_was_meant({ what, by, of, here }) {
    if (here !== this.ticket.ticket) return
    const button = [...this.querySelectorAll(`[data-press="${what}"]`)].find((one) => one.dataset.ticket === of)
    this.#last = { by: null, at: 0 }
    if (button) this.#act(button, by)
  }

  #ask(what) {
    this.#say("")
    this.#asks.ask(what)
  }

  // Presses

  #plain(button, what) {
    const [method, noun, body] = PLAIN[what]
    return this.send(button, method, this.at(noun), body)
  }

  /** The address of this window's calls, holds, … */
  at(noun) {
    return `${this.getAttribute("api")}/windows/${encodeURIComponent(this.getAttribute("window"))}/${noun}`
  }

  /** The address of something of the ticket here, or of the one a dialog is about. */
  of_ticket(noun, ticket = this.ticket.ticket) {
    return `${this.getAttribute("api")}/tickets/${encodeURIComponent(ticket)}/${noun}`
  }

  /** Sends one press; nothing else can be pressed until it is answered. Whether it went well. */
  async send(button, method, url, body) {
    if (this.#pressing) return false
    const focused = button === document.activeElement
    this.#pressing = button
    this.#under_way = button.dataset.press
    this.#meant = null
    this.#say("")
    this.#allow()
    const slow = setTimeout(() => this.#say(sentence("waiting-answer")), SLOW_MS)
    const number = this.#view
    const answer = await press(url, { method, body })
    clearTimeout(slow)
    if (answer.ok) {
      if (this.#says.dataset.kind !== "reminds") this.#say("") // a reminder that came meanwhile stays
      this.#asks.close()
      await this.#seen(number)
    } else {
      this.#refused(answer)
    }
    this.#pressing = null
    this.#last.at = performance.now()
    this.#allow()
    if (focused && !button.disabled) button.focus()
    const { next, meant } = { next: this.#next_wanted, meant: this.#meant }
    this.#next_wanted = false
    this.#meant = null
    if (answer.ok && !this.#asks.open) {
      if (next) this.#call_next()
      else if (meant) this.#do_what_was_meant(meant)
    }
    return answer.ok
  }

  /** Sends for a paper: the number's once more, where to go on, or what is missing. */
  async print(button, noun, body, ticket = this.ticket.ticket) {
    if (await this.send(button, "POST", this.of_ticket(noun, ticket), body)) this.#say(sentence("printing"), "done")
  }

  #call_next() {
    const button = this.#button_of("space")
    if (button) this.#act(button, "space")
  }

  #refused(answer) {
    this.#say(answer.sentence)
    this.#asks.refused(answer)
    if (answer.status !== 401) return
    const link = document.createElement("a")
    link.href = this.getAttribute("sign-in")
    link.textContent = sentence("sign-in")
    this.#says.append(" ", link)
  }

  /** Where the server's no is read: in the dialog that is open, else on the console. */
  get #says() {
    return (this.#asks.open ?? this.querySelector("hall-live")).querySelector("[data-says]")
  }

  #say(words, kind = "no") {
    const says = this.#says
    says.dataset.kind = kind
    if (says.textContent !== words) says.textContent = words
  }

  // The view

  #view = 0

  #viewed = (event) => {
    this.#view = event.detail?.number ?? this.#view
    this.#allow()
    const due = this.#reminder.news(this)
    if (due && !this.#asks.open) this.#say(due, "reminds")
    if (!this.#pressing) this.#asks.close_what_is_gone((what) => this.#may(what))
  }

  #newer = (event) => {
    if (this.#asks.open || this.#pressing) event.preventDefault() // the next time the server is back asks again
  }

  /** Resolves when a view later than `number` came, or after a moment. */
  #seen(number) {
    if (this.#view > number) return Promise.resolve()
    return new Promise((done) => {
      const limit = setTimeout(done, VIEW_LIMIT_MS)
      this.addEventListener("live", () => (clearTimeout(limit), done()), { once: true })
    })
  }

  /** Buttons say what can be pressed now. The one under way is off until it is answered; the others keep
      their look, so that the console doesn't flicker, and do nothing. */
  #allow() {
    const busy = this.#pressing !== null
    this.toggleAttribute("data-pressing", busy)
    for (const button of this.querySelectorAll("[data-press]")) {
      button.disabled = !this.#allows(button.dataset.press) || this.#answers_for(button)
    }
    for (const button of this.querySelectorAll("dialog [data-choose], dialog [type=submit]")) button.disabled = busy
  }

  #answers_for(button) {
    return button === this.#pressing && button.dataset.press === this.#under_way
  }

  #allows(what) {
    if (what === "call_ticket") return this.#may("call_by_name")
    if (what === "outcomes") return this.#may("complete")
    if (what === "close") return this.ticket.state !== "closed"
    if (what === "by_itself" || what === "by_press") return true
    return this.#may(what)
  }
}

customElements.define("window-console", WindowConsole)
