// The rating pad: voluntary, one service one rating, and no second prompt.
//
// The contract with partials/pad.html: [data-pad] carries data-state, data-ticket, data-service (which of the
// ticket's services), data-ended-at, data-wake-s, data-thanks-s, data-rated and data-serving; [data-level] is a
// face, [data-options] the form of a level, [data-decline] and [data-back] the ways out. This element's data-scene says which scene is shown.

import "./live.js"
import { server_now } from "./clock.js"
import { press } from "./press.js"
import { sentence } from "./sentences.js"

const LOOK_EVERY_MS = 1_000
const IDLE_LIMIT_MS = 60_000 // a choice half made is kept so long after the last touch
const REMEMBERED = 50
const REMEMBERED_AS = "rate:over-services"

class RatingPad extends HTMLElement {
  #ticket = null
  #service = null // the number of the deed that ended it: a ticket may have several
  #chosen = null // the level somebody is giving reasons for
  #sending = false // the view may know of a rating before its answer is here
  #touched_at = 0
  #thanked_until = 0
  #over = new Set(remembered())
  #timer = 0

  connectedCallback() {
    this.addEventListener("click", this.#clicked)
    this.addEventListener("input", this.#touch)
    this.addEventListener("submit", this.#submitted)
    this.addEventListener("live", this.#look)
    this.addEventListener("live-new", this.#newer)
    this.#timer = setInterval(this.#look, LOOK_EVERY_MS)
    this.#look()
  }

  disconnectedCallback() {
    clearInterval(this.#timer)
  }

  get #pad() {
    return this.querySelector("[data-pad]").dataset
  }

  // What to show

  #look = () => {
    const now = performance.now() // a clock that is set keeps no thanks standing
    if (this.dataset.scene === "thanks" && now < this.#thanked_until) return
    if (this.#sending) return
    if (this.#chosen !== null && this.#still_choosing(now)) return
    if (this.#awake()) this.#wake(this.#pad)
    else this.#sleep()
  }

  /** Whoever is choosing finishes, though the next number is being called; not once the next is served. */
  #still_choosing(now) {
    const pad = this.#pad
    const another = pad.service !== undefined && pad.service !== this.#service
    const rated = pad.service === this.#service && pad.rated !== undefined
    if (!another && !rated && pad.serving === undefined) {
      if (now - this.#touched_at < IDLE_LIMIT_MS) return true
      this.#finish() // who walked away is not asked again
    }
    return false
  }

  #awake() {
    const pad = this.#pad
    if (pad.state !== "awake" || pad.service === undefined || this.#over.has(pad.service)) return false
    return server_now() - Date.parse(pad.endedAt) < Number(pad.wakeS) * 1000
  }

  #wake({ ticket, service }) {
    if (this.dataset.scene === "faces" && service === this.#service) return
    this.#clear()
    this.#ticket = ticket
    this.#service = service
    this.#show("faces")
  }

  #sleep() {
    if (this.dataset.scene === "asleep") return
    this.#clear()
    this.#show("asleep")
  }

  #show(scene) {
    this.dataset.scene = scene
    scrollTo(0, 0)
  }

  #clear() {
    this.#chosen = null
    this.#ticket = this.#service = null
    for (const form of this.querySelectorAll("form")) form.reset()
    for (const says of this.querySelectorAll("[data-says]")) says.textContent = ""
  }

  // What is touched

  #touch = () => {
    this.#touched_at = performance.now()
  }

  #clicked = (event) => {
    this.#touch()
    const button = event.target.closest("button")
    if (button?.dataset.level) this.#choose(button.dataset.level)
    else if (button?.hasAttribute("data-back")) this.#show("faces")
    else if (button?.hasAttribute("data-decline")) this.#decline()
  }

  #choose(level) {
    this.#chosen = level
    this.dataset.level = level
    this.#show("options")
  }

  #decline() {
    this.#finish()
    this.#sleep()
  }

  /** This service is over for the pad, whatever became of it. */
  #finish() {
    if (this.#service !== null) this.#over.add(this.#service)
    remember([...this.#over].slice(-REMEMBERED))
    this.#chosen = null
  }

  #submitted = async (event) => {
    event.preventDefault()
    if (this.#sending) return
    this.#touch()
    const form = event.target
    const says = form.querySelector("[data-says]")
    const ticket = this.#ticket
    const level = Number(form.dataset.options)
    const options = [...form.querySelectorAll("[name=option]:checked")].map((box) => box.value)
    const text = form.elements.text.value.trim() || undefined
    const url = `${this.getAttribute("api")}/tickets/${encodeURIComponent(ticket)}/rating`
    says.textContent = ""
    const body = { service: Number(this.#service), level, options, text, named: false, via: "pad" }
    this.#sending = true
    const answer = await press(url, { method: "PUT", body, on: form.querySelector("[type=submit]") })
    this.#sending = false
    if (answer.ok) this.#thank(level)
    else says.textContent = answer.away ? sentence("not-sent") : answer.sentence
  }

  #thank(level) {
    this.#finish()
    this.dataset.level = String(level)
    this.#thanked_until = performance.now() + Number(this.#pad.thanksS) * 1000
    this.#show("thanks")
    setTimeout(this.#look, Number(this.#pad.thanksS) * 1000)
  }

  #newer = (event) => {
    if (this.dataset.scene === "options") event.preventDefault()
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(REMEMBERED_AS) ?? "[]")
  } catch {
    return []
  }
}

function remember(services) {
  try {
    sessionStorage.setItem(REMEMBERED_AS, JSON.stringify(services))
  } catch {
    // then a reload within the same minute may ask once more
  }
}

customElements.define("rating-pad", RatingPad)
