// The desk: numbers, bookings and home visits for others, by keyboard first.
//
// N, F, B and H go to the forms, Esc leaves a field; a row of the list opens its card, where A, P and C act.

import "./live.js"
import { ask, press } from "./press.js"
import { sentence } from "./sentences.js"

const KEYS = { n: "take", f: "find", b: "book", h: "visit" }
const ACTS = { a: "arrival", p: "booker", c: "cancellation" }
const COPIED = ["phone", "name"]

class Desk extends HTMLElement {
  #api = document.querySelector("meta[name=hall]").dataset.api
  #card = this.querySelector("[data-card]")
  #ticket = null
  #asked = new Map() // form -> the last question for its slots

  connectedCallback() {
    this.addEventListener("click", (event) => this.#click(event))
    this.addEventListener("submit", (event) => this.#submit(event))
    this.addEventListener("change", (event) => this.#changed(event.target))
    document.addEventListener("keydown", (event) => this.#key(event))
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return
    const field = event.target.closest("input, select, textarea")
    if (field && event.key === "Escape" && !this.querySelector("dialog[open]")) field.blur() // the keys are keys again
    if (field) return
    const key = event.key.toLowerCase()
    if (this.#card.open && ACTS[key]) this.#act(this.#card.querySelector(`[data-act="${ACTS[key]}"]`))
    else if (!this.querySelector("dialog[open]") && KEYS[key]) this.#form(KEYS[key])?.elements[0].focus()
    else return
    event.preventDefault()
  }

  #form(name) {
    return this.querySelector(`[data-form="${name}"]`)
  }

  #click({ target }) {
    const button = target.closest("button")
    if (!button) return
    if ("close" in button.dataset) button.closest("dialog").close()
    else if ("help" in button.dataset) this.#go(button)
    else if ("ticket" in button.dataset) this.#open(`tickets/${button.dataset.ticket}`)
    else if ("act" in button.dataset) this.#act(button)
  }

  async #go(button) {
    const place = encodeURIComponent(button.dataset.help)
    const answer = await press(`${this.#api}/help/${place}`, { method: "DELETE", on: button })
    if (!answer.ok) this.#say(answer.sentence)
  }

  #submit(event) {
    event.preventDefault()
    const form = event.target
    const doing = {
      take: this.#take,
      find: this.#find,
      book: this.#book,
      visit: this.#visit,
      move: this.#move,
      "move-visit": this.#move,
      visited: this.#visited,
    }
    doing[form.dataset.form].call(this, form, event.submitter)
  }

  #changed(input) {
    const form = input.closest("form")
    if (form?.dataset.form === "book" && input.name === "what") this.#slots(form, this.#where(form), null)
    else if (form?.dataset.form === "book" && input.name === "day") this.#slots(form, this.#where(form), input.value)
    else if (form?.dataset.form === "move" && input.name === "day") this.#slots(form, of(this.#ticket), input.value)
  }

  // What was chosen, by its name in the list; null for a name that isn't there.
  #where(form) {
    const wanted = form.elements.what.value.trim()
    const option = [...form.elements.what.list.options].find((one) => one.value === wanted)
    if (!option) {
      this.#say(sentence("which"))
      form.elements.what.focus()
      return null
    }
    this.#say("")
    const [kind, id] = option.dataset.what.split(":")
    return { [kind]: id }
  }

  async #take(form, button) {
    const where = this.#where(form)
    if (!where) return
    const reason = form.elements.reason?.value
    const green = reason ? { class: "green", reason } : {}
    const language = document.documentElement.lang
    const answer = await press(`${this.#api}/tickets`, { body: { ...where, ...green, channel: "desk", language }, on: button })
    this.#given(answer, form, "taken", answer.ok ? sentence("ahead", { n: answer.data.ahead }) : "")
  }

  async #find(form) {
    const told = form.elements.code.value.trim().split("/t/").at(-1).replace(/[/?#].*$/, "").toUpperCase()
    const code = form.elements.code.value.includes("/t/") ? form.elements.code.value.trim().split("/t/").at(-1) : told
    if (await this.#open(`bookings/${encodeURIComponent(code)}`)) form.reset()
  }

  async #book(form, button) {
    const where = this.#where(form)
    if (!where) return
    const language = document.documentElement.lang // of the paper that comes with it
    const body = { ...where, start: form.elements.start.value, channel: "desk", language, ...who(form) }
    this.#booked(await press(`${this.#api}/bookings`, { body, on: button }), form)
  }

  async #visit(form, button) {
    const where = this.#where(form)
    if (!where) return
    const body = { ...where, start: this.#moment(form.elements.at.value), channel: "home", ...who(form) }
    this.#booked(await press(`${this.#api}/bookings`, { body, on: button }), form)
  }

  #booked(answer, form) {
    const { code, slot } = answer.data ?? {}
    const more = answer.ok ? [when(slot), code ? sentence("code", { code: `${code.slice(0, -4)}-${code.slice(-4)}` }) : ""] : []
    this.#given(answer, form, "booked", more.filter(Boolean).join(" · "))
  }

  #given(answer, form, how, more) {
    this.#say(answer.sentence)
    if (!answer.ok) return
    form.reset()
    for (const select of form.querySelectorAll("select[name=day], select[name=start]")) fill(select, [])
    const dialog = this.querySelector("[data-given]")
    dialog.querySelector("[data-given-says]").textContent = sentence(how)
    dialog.querySelector("[data-given-number]").textContent = answer.data.number
    const paper = answer.data.paper === "waiting" ? sentence("paper-comes") : ""
    dialog.querySelector("[data-given-more]").textContent = [more, paper].filter(Boolean).join(" · ")
    open(dialog)
  }

  // A clock time here is the hall's: its offset stands in the page's own clock.
  #moment(at) {
    const offset = this.querySelector("hall-clock").getAttribute("now").slice(-6)
    return `${at}:00${offset}`
  }

  async #slots(form, where, day) {
    if (!where) return
    const query = new URLSearchParams({ ...where, ...(day ? { day } : {}) })
    this.#asked.set(form, query)
    form.elements.start.replaceChildren() // those of the day before can't be booked while these are on their way
    const answer = await ask(`${this.#api}/slots?${query}`)
    if (this.#asked.get(form) !== query) return // another day was chosen meanwhile
    if (form.dataset.form === "move") this.#say_on_card(answer.sentence)
    else this.#say(answer.sentence)
    if (!answer.ok) return
    const { days, slots } = answer.data
    fill(form.elements.day, days.map((one) => [one.day, sentence("day-left", { day: day_words(one.day), n: one.free }), one.free]))
    form.elements.day.value = answer.data.day ?? ""
    fill(form.elements.start, slots.map((one) => [one.start, sentence("slot-left", { time: span(one), n: one.free }), one.free]))
  }

  async #open(path) {
    const answer = await ask(`${this.#api}/${path}`)
    this.#say(answer.sentence)
    if (!answer.ok) return false
    this.#show(answer.data)
    if (!this.#card.open) open(this.#card)
    return true
  }

  #show(ticket) {
    this.#ticket = ticket
    const booked = ticket.state === "booked"
    const home = ticket.channel === "home"
    const put = (slot, words) => (this.#card.querySelector(`[data-card-${slot}]`).textContent = words)
    put("number", ticket.number)
    put("when", ticket.slot ? when(ticket.slot) : "")
    put("what", ticket.item ?? ticket.zone)
    const option = [...this.querySelectorAll("#everything option")].find((one) => one.dataset.what === key_of(ticket))
    if (option) put("what", option.value)
    put("state", sentence(`state:${ticket.state}`))
    put("person", "")
    this.#say_on_card("")
    this.#card.querySelector('[data-act="arrival"]').hidden = !booked || home
    this.#card.querySelector('[data-act="cancellation"]').hidden = !booked
    this.#form("move").hidden = !booked || home
    this.#form("move-visit").hidden = !booked || !home
    this.#form("visited").hidden = !booked || !home
    if (booked && !home) this.#slots(this.#form("move"), of(ticket), null)
  }

  async #act(button) {
    if (!button || button.hidden) return
    const what = button.dataset.act
    if (what === "booker") {
      const answer = await ask(`${this.#api}/tickets/${this.#ticket.id}/booker`)
      const told = answer.ok ? person(answer.data) : answer.sentence
      this.#card.querySelector("[data-card-person]").textContent = told || sentence("nobody")
    } else this.#change("POST", what, what === "arrival" ? { via: "desk" } : {}, button)
  }

  #move(form, button) {
    const start = form.elements.at ? this.#moment(form.elements.at.value) : form.elements.start.value
    this.#change("PUT", "slot", { start }, button)
  }

  #visited(form, button) {
    this.#change("POST", "home-visit", { outcome: form.elements.outcome.value }, button)
  }

  async #change(method, what, body, button) {
    const answer = await press(`${this.#api}/tickets/${this.#ticket.id}/${what}`, { method, body, on: button })
    if (answer.ok) this.#show(answer.data)
    this.#say_on_card(answer.sentence)
  }

  #say(words) {
    this.querySelector("[data-says]").textContent = words
  }

  #say_on_card(words) {
    const says = this.#card.querySelector("[data-card-says]")
    says.textContent = words
    says.hidden = !words
  }
}

// When it closes, no field has the focus and the keys lead on.
function open(dialog) {
  document.activeElement?.blur()
  dialog.showModal()
}

function person({ name, phone, missed }) {
  return [name, phone, missed ? sentence("missed", { n: missed }) : ""].filter(Boolean).join(" · ")
}

function of(ticket) {
  return ticket.item ? { item: ticket.item } : { zone: ticket.zone }
}

function key_of(ticket) {
  return ticket.item ? `item:${ticket.item}` : `zone:${ticket.zone}`
}

function who(form) {
  return Object.fromEntries(COPIED.map((name) => [name, form.elements[name].value.trim()]).filter(([, value]) => value))
}

function fill(select, choices) {
  select.replaceChildren(...choices.map(([value, words, enabled]) => Object.assign(new Option(words, value), { disabled: !enabled })))
  select.disabled = choices.length === 0
  const first = [...select.options].find((one) => !one.disabled)
  if (first) select.value = first.value
}

function day_words(day) {
  const form = { month: "long", day: "numeric", weekday: "long", timeZone: "UTC" }
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(`${day}T12:00:00Z`))
}

function span({ start, end }) {
  return sentence("slot-time", { start: start.slice(11, 16), end: end.slice(11, 16) })
}

function when(slot) {
  return `${day_words(slot.start.slice(0, 10))} ${slot.end ? span(slot) : slot.start.slice(11, 16)}`
}

customElements.define("hall-desk", Desk)
