// Booking on a phone: what, which day, what time, and whose telephone; each step opens the next.

import { ask, press } from "./press.js"
import { day_words, draw_slots, forget_slots, span } from "./slots.js"

const SHOWN_LIMIT = 40 // more are found by a word
const STEPS = ["what", "day", "slot", "who", "done"]

class Book extends HTMLElement {
  #api = document.querySelector("meta[name=hall]").dataset.api
  #form = this.querySelector("[data-form]")
  #asked = 0

  connectedCallback() {
    if (!this.#form) return
    this.#form.addEventListener("change", (event) => this.#chosen(event.target))
    this.#form.addEventListener("submit", (event) => this.#book(event))
    this.querySelector("[data-search]").addEventListener("input", ({ target }) => this.#search(target.value))
    this.#search("")
  }

  get #where() {
    const [kind, id] = this.#form.elements.what.value.split(":")
    return { [kind]: id }
  }

  #step(name) {
    const at = STEPS.indexOf(name)
    for (const step of STEPS) this.querySelector(`[data-step="${step}"]`).hidden = STEPS.indexOf(step) > at
  }

  #search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    let found = 0
    for (const thing of this.querySelectorAll("[data-thing]")) {
      const fits = words.every((word) => thing.dataset.words.toLowerCase().includes(word))
      thing.hidden = !fits || ++found > SHOWN_LIMIT
    }
    this.querySelector("[data-none]").hidden = found > 0
  }

  #chosen(input) {
    if (input.name === "what") {
      for (const thing of this.querySelectorAll("[data-thing]")) thing.hidden = !thing.contains(input)
      this.#read(null) // the others come back with the next word searched for
    }
    if (input.name === "day") this.#read(input.value)
    else if (input.name === "slot") {
      this.#say("")
      this.#step("who")
      this.querySelector("[data-book]").scrollIntoView({ block: "nearest" })
    }
  }

  // The days with room and one day's slots; what was chosen meanwhile makes an older answer void.
  async #read(day) {
    const mine = ++this.#asked
    forget_slots(this)
    this.querySelector('[data-step="who"]').hidden = true
    const query = new URLSearchParams({ ...this.#where, ...(day ? { day } : {}) })
    const answer = await ask(`${this.#api}/slots?${query}`)
    if (mine !== this.#asked) return
    if (!answer.ok) {
      this.#step("who")
      this.#say(answer.sentence)
      return
    }
    this.#say("")
    draw_slots(this, answer.data)
    this.#step("slot")
  }

  async #book(event) {
    event.preventDefault()
    const { phone, slot } = this.#form.elements
    if (phone && !phone.reportValidity()) return
    const body = { ...this.#where, start: slot.value, channel: "phone", language: document.documentElement.lang }
    if (phone) body.phone = phone.value.trim()
    const answer = await press(`${this.#api}/bookings`, { body, on: this.querySelector("[data-book]") })
    if (answer.ok) this.#done(answer.data)
    else {
      this.#say(answer.sentence)
      if (answer.code === "slot_full") this.#read(this.#form.elements.day.value)
    }
  }

  #done(ticket) {
    this.#form.hidden = true
    this.#step("done")
    const put = (slot, words) => (this.querySelector(`[data-step="done"] [data-${slot}]`).textContent = words)
    put("number", ticket.number)
    put("when", `${day_words(ticket.slot.start.slice(0, 10))} ${span(ticket.slot)}`)
    put("code", `${ticket.code.slice(0, -4)}-${ticket.code.slice(-4)}`)
    this.querySelector("[data-qr]").src = `${ticket.follow_url}/qr.svg`
    this.querySelector("[data-follow]").href = ticket.follow_url
    this.querySelector('[data-step="done"]').focus()
  }

  #say(words) {
    const says = this.querySelector("[data-says]")
    says.textContent = words
    says.hidden = !words
  }
}

customElements.define("hall-book", Book)
