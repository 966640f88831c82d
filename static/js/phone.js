// A resident's phone: presses on its own ticket, a bell, and how far the queue has come.

import { Bell } from "./bell.js"
import { press } from "./press.js"
import { sentence } from "./sentences.js"

const RING_AT_AHEAD = 3

class Phone extends HTMLElement {
  #url = `${document.querySelector("meta[name=hall]").dataset.api}/tickets/${this.getAttribute("ticket")}`
  #bell = new Bell()
  #was = null

  connectedCallback() {
    this.addEventListener("click", (event) => this.#click(event))
    this.addEventListener("submit", (event) => this.#rate(event))
    this.addEventListener("live", () => this.#look())
    this.#look()
  }

  get #ticket() {
    return this.querySelector("[data-state]")
  }

  #click({ target }) {
    const button = target.closest("button")
    if (!button) return
    const sure = this.querySelector("[data-sure]")
    if ("giveUp" in button.dataset) sure.showModal()
    else if ("close" in button.dataset) sure.close()
    else if ("bell" in button.dataset) this.#ring_or_not()
    else if ("press" in button.dataset) this.#press("POST", button.dataset.press, {}, button)
  }

  #rate(event) {
    event.preventDefault()
    const form = new FormData(event.target)
    const level = form.get("level")
    const options = form.getAll("options").filter((code) => code.startsWith(level))
    this.#press("PUT", "rating", { level: Number(level), options }, event.submitter)
  }

  async #press(method, what, body, button) {
    const headers = { "X-Ticket-Token": this.getAttribute("token") }
    const answer = await press(`${this.#url}/${what}`, { method, body, headers, on: button })
    this.querySelector("[data-sure]").close()
    const says = this.querySelector("[data-says]")
    says.hidden = answer.ok
    says.textContent = answer.sentence
  }

  #ring_or_not() {
    this.#bell.on ? this.#bell.quiet() : this.#bell.arm()
    this.#show_bell()
  }

  #show_bell() {
    const button = this.querySelector("[data-bell]")
    if (!button) return
    button.setAttribute("aria-pressed", String(this.#bell.on))
    button.querySelector("span").textContent = sentence(this.#bell.on ? "bell-on" : "bell-off")
  }

  #look() {
    const { state, ahead, title } = this.#ticket.dataset
    document.title = title
    this.#show_bell()
    this.#progress(Number(ahead))
    const near = state === "called" ? "called" : state === "waiting" && ahead <= RING_AT_AHEAD ? "near" : ""
    if (near && this.#was !== null && near !== this.#was) this.#bell.ring()
    this.#was = near
  }

  // The farthest place this phone has seen is where its bar starts.
  #progress(ahead) {
    const bar = this.querySelector("progress")
    if (!bar) return
    const key = `ahead ${this.getAttribute("ticket")}`
    const most = Math.max(ahead, Number(remembered(key)), 1)
    remember(key, most)
    bar.max = most
    bar.value = most - ahead
  }
}

function remembered(key) {
  try {
    return localStorage.getItem(key) ?? 0
  } catch {
    return 0 // a browser that keeps nothing: the bar starts anew with the page
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {
    // as above
  }
}

customElements.define("hall-phone", Phone)
