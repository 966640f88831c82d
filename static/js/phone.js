// A resident's phone: presses on its own ticket, a bell, and how far the queue has come.

import { Awake } from "./awake.js"
import { Bell } from "./bell.js"
import { Notices } from "./notice.js"
import { BookingMove } from "./phone-booking.js"
import { press } from "./press.js"
import { ReadyCases } from "./ready-cases.js"
import { forget, forget_other_days, recall, remember } from "./remembering.js"
import { sentence } from "./sentences.js"

const RING_AT_AHEAD = 3
const RINGS_IN = ["waiting", "called", "held"]

class Phone extends HTMLElement {
  #url = `${document.querySelector("meta[name=hall]").dataset.api}/tickets/${this.getAttribute("ticket")}`
  #bell = new Bell(() => this.#show_bell())
  #awake = new Awake()
  #notices = new Notices()
  #headers = { "X-Ticket-Token": this.getAttribute("token") }
  #move = null
  #rang = `rang ${this.getAttribute("ticket")}`
  #cases = new ReadyCases(this.getAttribute("ticket"))

  connectedCallback() {
    forget_other_days(["ahead", "rang"], this.getAttribute("ticket").split("-")[0])
    const moving = this.querySelector("[data-move]")
    if (moving) this.#move = new BookingMove(moving, () => this.#ticket.dataset)
    this.addEventListener("click", (event) => this.#click(event))
    this.addEventListener("submit", (event) => this.#rate(event))
    this.addEventListener("live", () => this.#look())
    this.addEventListener("live-lost", () => this.#over_meanwhile())
    document.addEventListener("visibilitychange", () => !document.hidden && this.#bell.on && this.#bell.wake())
    this.#look()
  }

  // A number of yesterday can't be followed any more: its page tells how the visit ended.
  async #over_meanwhile() {
    try {
      const page = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text()
      if (page.includes("<hall-phone") && !page.includes("<hall-live")) location.reload()
    } catch {
      // it is the server that is away
    }
  }

  get #ticket() {
    return this.querySelector("[data-state]")
  }

  #click({ target }) {
    const button = target.closest("button")
    if (!button) return
    if ("giveUp" in button.dataset) this.querySelector("[data-sure]").showModal()
    else if ("close" in button.dataset) button.closest("dialog").close()
    else if ("moveBooking" in button.dataset) this.#move.open()
    else if ("moveTo" in button.dataset) this.#move.move(this.#url, this.#headers, button)
    else if ("bell" in button.dataset) this.#ring_or_not()
    else if ("press" in button.dataset) this.#press("POST", button.dataset.press, {}, button)
  }

  #rate(event) {
    event.preventDefault()
    const form = new FormData(event.target)
    const level = form.get("level")
    const options = form.getAll("options").filter((code) => code.startsWith(level))
    const text = form.get("text").trim()
    const service = Number(event.target.dataset.service)
    const body = { service, level: Number(level), options, named: form.has("named"), ...(text ? { text } : {}) }
    this.#press("PUT", "rating", body, event.submitter)
  }

  async #press(method, what, body, button) {
    const answer = await press(`${this.#url}/${what}`, { method, body, headers: this.#headers, on: button })
    this.querySelector("[data-sure]").close()
    const says = this.querySelector("[data-says]")
    says.hidden = answer.ok
    says.textContent = answer.sentence
  }

  #ring_or_not() {
    if (this.#bell.on) this.#bell.quiet()
    else {
      this.#bell.arm() // its tone tells what there is to tell now
      this.#notices.ask()
      remember(this.#rang, this.#news)
      this.#cases.told()
    }
    this.#look()
  }

  #show_bell() {
    const button = this.querySelector("[data-bell]")
    if (!button) return
    button.setAttribute("aria-pressed", String(this.#bell.on))
    const of = button.dataset.bell === "case" ? "bell-case" : "bell"
    const says = this.#bell.on ? (this.#bell.may_sound ? `${of}-on` : "bell-touch") : `${of}-off`
    button.querySelector("span").textContent = sentence(says)
  }

  /** What there is to ring for now, "" for nothing: the last people before it, or this very call. */
  get #news() {
    const { state, ahead, call } = this.#ticket.dataset
    if (state === "called") return `called ${call}`
    return state === "waiting" && Number(ahead) <= RING_AT_AHEAD ? "near" : ""
  }

  #look() {
    const { state, ahead, title, cases = "" } = this.#ticket.dataset
    document.title = title
    this.#cases.look(cases)
    this.#say_aloud(this.#cases.ready ? sentence("case-ready") : "")
    this.#show_bell()
    this.#progress(Number(ahead))
    this.#awake.keep(this.#bell.on && RINGS_IN.includes(state))
    this.#ring_once(state, title)
  }

  // Once for each news, also when the page is opened or wakes late: what it rang for is remembered.
  #ring_once(state, title) {
    const news = this.#news
    if (!news && state !== "waiting") forget(this.#rang)
    if (!news && !this.#cases.ready) this.#bell.calm()
    if (!this.#bell.on) return
    const is_news = news && recall(this.#rang) !== news
    if (!is_news && !this.#cases.is_news) return
    if (is_news) remember(this.#rang, news)
    this.#cases.told()
    this.#bell.ring()
    if (document.hidden) this.#notices.show(is_news ? title : sentence("case-ready"), this.getAttribute("ticket"))
  }

  /** What a screen reader says by itself, once. */
  #say_aloud(words) {
    const says = this.querySelector("[data-news]")
    if (says.textContent !== words) says.textContent = words
  }

  // The farthest place this phone has seen is where its bar starts.
  #progress(ahead) {
    const bar = this.querySelector("progress")
    if (!bar) return
    const key = `ahead ${this.getAttribute("ticket")}`
    const most = Math.max(ahead, Number(recall(key)), 1)
    remember(key, most)
    bar.max = most
    bar.value = most - ahead
  }
}

customElements.define("hall-phone", Phone)
