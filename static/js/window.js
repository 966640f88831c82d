// A window's console: every press once, by key or by finger, and never by accident.
//
// The contract with partials/window.html: [data-press] is what a button does, [data-keys] the keys that
// press it, [data-main] the big one; [data-console] carries data-may, data-state, data-ticket, data-number.
// With window.html: [data-asks="hold"] is the dialog a press opens, [data-choose] a choice in it,
// [data-digit] the digit that chooses it, [data-form] a form whose submit is a press.

import "./live.js"
import { server_now } from "./clock.js"
import { press } from "./press.js"
import { sentence } from "./sentences.js"

const DOUBLE_MS = 600 // a second press by the same finger or key within this is the first one's echo
const VIEW_LIMIT_MS = 1_500 // how long a press waits to be seen in the view
const SLOW_MS = 2_000
const NUMBER_DIGITS = 3

// What the presses that need no words send, on the window.
const PLAIN = {
  call: ["POST", "calls", {}],
  recall: ["POST", "recalls", {}],
  absent: ["POST", "absences", {}],
  start: ["POST", "services", {}],
  complete: ["POST", "completions", {}],
  open: ["PUT", "state", { state: "open" }],
  close: ["PUT", "state", { state: "closed" }],
}

class WindowConsole extends HTMLElement {
  #pressing = null // the button, or the dialog, whose press is under way
  #last = { by: null, at: 0 }
  #next_wanted = false // the next was asked for while the last was still being ended

  connectedCallback() {
    this.addEventListener("click", this.#clicked)
    this.addEventListener("submit", this.#submitted)
    this.addEventListener("change", this.#changed)
    this.addEventListener("live", this.#viewed)
    this.addEventListener("live-new", this.#newer)
    document.addEventListener("keydown", this.#key)
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key)
  }

  get #ticket() {
    return this.querySelector("[data-console]").dataset
  }

  get #asking() {
    return this.querySelector("dialog[open]")
  }

  #may(what) {
    return this.#ticket.may.split(" ").includes(what)
  }

  // Keys and fingers

  #key = (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    if (this.#asking) return this.#digit(event)
    if (event.target.closest("input, textarea, select, [contenteditable]")) return
    const key = event.key === " " ? "space" : event.key.toLowerCase()
    const focused = document.activeElement?.closest("a, button")
    if (focused && (key === "space" || key === "enter")) return // the button under the focus ring is meant
    const button = this.#button_of(key)
    if (!button && key !== "space") return
    event.preventDefault() // a space that calls nobody doesn't scroll either
    if (this.#pressing) this.#next_wanted ||= key === "space" && this.#last.by !== "space"
    else if (button) this.#act(button, key)
  }

  #button_of(key) {
    return [...this.querySelectorAll("[data-press][data-keys]")].find((one) => one.dataset.keys.split(" ").includes(key))
  }

  #digit(event) {
    if (event.target.matches("input:not([type=radio], [type=checkbox])") || !/^[1-9]$/.test(event.key)) return
    const choice = this.#asking.querySelector(`[data-digit="${event.key}"]`)
    if (!choice) return
    event.preventDefault()
    choice.click()
  }

  #clicked = (event) => {
    const button = event.target.closest("button")
    if (!button) return
    // After a click the keys mean what they say again, and not the button that was clicked.
    if (event.detail > 0 && !this.#asking) button.blur()
    if (button.hasAttribute("data-cancel")) this.#asking?.close()
    else if (button.dataset.choose) this.#choose(button)
    else if (button.dataset.press) this.#act(button, event.detail > 0 ? "pointer" : "focus")
  }

  #act(button, by) {
    if (button.disabled || this.#pressing || this.#echo(by)) return
    const what = button.dataset.press
    this.#last = { by, at: performance.now() }
    if (what === "call_ticket") this.#send(button, "POST", this.#at("calls"), { ticket: button.dataset.ticket })
    else if (what === "close" && this.#ticket.ticket) this.#ask("close")
    else if (PLAIN[what]) this.#plain(button, what)
    else this.#ask(what)
  }

  #echo(by) {
    return by === this.#last.by && performance.now() - this.#last.at < DOUBLE_MS
  }

  // Dialogs

  #ask(what) {
    const dialog = this.querySelector(`dialog[data-asks="${what}"]`)
    this.#say("")
    dialog.querySelector("[data-says]").textContent = ""
    for (const form of dialog.querySelectorAll("form")) form.reset()
    for (const box of dialog.querySelectorAll("[data-keep-wait]")) box.checked = true
    for (const note of dialog.querySelectorAll("[data-note]")) note.hidden = true
    for (const here of dialog.querySelectorAll("[data-number-here]")) here.textContent = this.#ticket.number ?? ""
    dialog.dataset.ticket = this.#ticket.ticket ?? ""
    const copied = dialog.querySelector("[data-copied]")
    if (copied) copied.replaceChildren(...this.#listed())
    dialog.showModal()
  }

  /** The held and the passed tickets, as the console lists them below. */
  #listed() {
    return [...this.querySelectorAll("hall-live [data-press=call_ticket]")].map((button) => {
      const copy = button.cloneNode(true)
      copy.removeAttribute("data-key")
      copy.removeAttribute("data-press")
      copy.dataset.choose = "call_ticket"
      copy.dataset.value = button.dataset.ticket
      return copy
    })
  }

  #choose(button) {
    const { choose, value } = button.dataset
    if (choose === "pause") this.#send(button, "PUT", this.#at("state"), { state: "paused", reason: value })
    else if (choose === "hold") this.#hold(button, value)
    else if (choose === "transfer_zone") this.#transfer(button, { zone: value })
    else if (choose === "transfer_window") this.#transfer(button, { window: value })
    else if (choose === "call_ticket") this.#send(button, "POST", this.#at("calls"), { ticket: value })
    else if (choose === "complete_and_close") this.#and_close(button, "completions")
    else if (choose === "hold_and_close") this.#and_close(button, "holds")
  }

  #changed = (event) => {
    const note = event.target.closest("dialog")?.querySelector("[data-note]")
    if (!note || event.target.name !== "outcome") return
    const asks = event.target.dataset.asksFor
    note.hidden = !asks
    note.querySelector("[data-note-asks]").textContent = asks ?? ""
    const next = asks ? note.querySelector("input") : note.closest("form").querySelector("[type=submit]")
    next.focus()
  }

  #submitted = (event) => {
    const form = event.target
    if (!form.dataset.form) return
    event.preventDefault()
    const button = form.querySelector("[type=submit]")
    const words = (name) => form.elements[name]?.value.trim() || undefined
    if (form.dataset.form === "complete") {
      const note = form.querySelector("[data-note]").hidden ? undefined : words("note")
      this.#send(button, "POST", this.#at("completions"), { outcome: form.elements.outcome.value, note })
    } else if (form.dataset.form === "hold") {
      this.#hold(button, words("reason"))
    } else {
      this.#send(button, "POST", this.#at("calls"), { ticket: this.#id_of(words("number")), reason: words("reason") })
    }
  }

  /** `A12` as typed is `20261121-A012`: today's, in the hall's own time. */
  #id_of(number) {
    const [, letters, digits] = number.replace(/\s/g, "").toUpperCase().match(/^([A-Z]+)0*(\d*)$/)
    const day = new Intl.DateTimeFormat("sv-SE", { timeZone: this.getAttribute("timezone") }).format(server_now())
    return `${day.replaceAll("-", "")}-${letters}${digits.padStart(NUMBER_DIGITS, "0")}`
  }

  // Presses

  #plain(button, what) {
    const [method, noun, body] = PLAIN[what]
    return this.#send(button, method, this.#at(noun), body)
  }

  #hold(button, reason) {
    return this.#send(button, "POST", this.#at("holds"), { reason })
  }

  #transfer(button, where) {
    const dialog = button.closest("dialog")
    const keep_wait = dialog.querySelector("[data-keep-wait]").checked
    const url = `${this.getAttribute("api")}/tickets/${encodeURIComponent(dialog.dataset.ticket)}/transfer`
    return this.#send(button, "POST", url, { ...where, keep_wait })
  }

  async #and_close(button, noun) {
    if (await this.#send(button, "POST", this.#at(noun), {})) await this.#send(button, "PUT", this.#at("state"), { state: "closed" })
  }

  #at(noun) {
    return `${this.getAttribute("api")}/windows/${encodeURIComponent(this.getAttribute("window"))}/${noun}`
  }

  /** Sends one press; nothing else can be pressed until it is answered. Whether it went well. */
  async #send(button, method, url, body) {
    if (this.#pressing) return false
    const focused = button === document.activeElement
    this.#pressing = button
    this.#say("")
    this.#allow()
    const slow = setTimeout(() => this.#say(sentence("waiting-answer")), SLOW_MS)
    const number = this.#view
    const answer = await press(url, { method, body })
    clearTimeout(slow)
    if (answer.ok) {
      this.#say("")
      this.#asking?.close()
      await this.#seen(number)
    } else {
      this.#refused(answer)
    }
    this.#pressing = null
    this.#last.at = performance.now()
    this.#allow()
    if (focused && !button.disabled) button.focus()
    if (this.#next_wanted && answer.ok && !this.#asking) this.#call_next()
    this.#next_wanted = false
    return answer.ok
  }

  #call_next() {
    const button = this.#button_of("space")
    if (button) this.#act(button, "space")
  }

  #refused(answer) {
    this.#say(answer.sentence)
    if (answer.status !== 401) return
    const link = document.createElement("a")
    link.href = this.getAttribute("sign-in")
    link.textContent = sentence("sign-in")
    this.#says.append(" ", link)
  }

  /** Where the server's no is read: in the dialog that is open, else on the console. */
  get #says() {
    return (this.#asking ?? this.querySelector("hall-live")).querySelector("[data-says]")
  }

  #say(words) {
    if (this.#says.textContent !== words) this.#says.textContent = words
  }

  // The view

  #view = 0

  #viewed = (event) => {
    this.#view = event.detail?.number ?? this.#view
    this.#allow()
    const dialog = this.#asking
    if (!dialog || this.#pressing) return
    // A dialog about a ticket that is no longer here would act on another one.
    const needs = dialog.dataset.asks
    const gone = dialog.dataset.ticket !== (this.#ticket.ticket ?? "")
    if (gone || (needs === "pause" && !this.#may("pause"))) dialog.close()
  }

  #newer = (event) => {
    if (this.#asking || this.#pressing) event.preventDefault() // the next time the server is back asks again
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
      button.disabled = !this.#allows(button.dataset.press) || button === this.#pressing
    }
    for (const button of this.querySelectorAll("dialog [data-choose], dialog [type=submit]")) button.disabled = busy
  }

  #allows(what) {
    if (what === "call_ticket") return this.#may("call_by_name")
    if (what === "outcomes") return this.#may("complete")
    if (what === "close") return this.#ticket.state !== "closed"
    return this.#may(what)
  }
}

customElements.define("window-console", WindowConsole)
