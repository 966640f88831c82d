// The kiosk's panel for a booking: digits by finger or keyboard, or a code before a reader that types like one.
//
// Fires `arrive` on the panel, detail {ticket, button}; `refused` with the answer when there is no such booking.

import { ask } from "./press.js"
import { sentence } from "./sentences.js"

const DIGITS_LEAST = 7
const DIGITS_LIMIT = 9
const READER_GAP_MS = 400 // a reader types in one go; a busy machine may take a breath in it
const READER_LEAST = 7

export class Booking {
  #panel
  #api
  #code = ""
  #read = ""
  #read_at = 0
  #found = null

  constructor(panel, api) {
    this.#panel = panel
    this.#api = api
    panel.addEventListener("click", ({ target }) => this.#press(target.closest("button")))
    panel.addEventListener("close", () => this.clear())
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true })
    this.clear()
  }

  clear() {
    this.#code = ""
    this.#read = ""
    this.#found = null
    this.#show(null)
    this.#draw()
  }

  #press(button) {
    if (!button) return
    const { dataset } = button
    if ("digit" in dataset) this.#type(dataset.digit)
    else if ("erase" in dataset) this.#code = this.#code.slice(0, -1)
    else if ("find" in dataset) this.#find(this.#code, button)
    else if ("arrive" in dataset) this.#tell("arrive", { ticket: this.#found, button })
    else return
    this.#draw()
  }

  #type(digit) {
    this.#code = (this.#code + digit).slice(0, DIGITS_LIMIT)
  }

  // A reader sends its characters in a burst and Enter after them, wherever the page is.
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    if (event.key.length === 1) {
      const quick = event.timeStamp - this.#read_at < READER_GAP_MS
      this.#read = quick ? this.#read + event.key : event.key
      this.#read_at = event.timeStamp
    }
    if (event.key === "Enter" && this.#scanned(event)) return
    if (!this.#panel.open || this.#found) return
    if (/^[0-9]$/.test(event.key)) this.#type(event.key)
    else if (event.key === "Backspace") this.#code = this.#code.slice(0, -1)
    else if (event.key === "Enter" && this.#whole && !event.target.closest("[data-close], [data-erase]")) {
      event.preventDefault()
      this.#find(this.#code, this.#panel.querySelector("[data-find]"))
    } else return
    this.#draw()
  }

  #scanned(event) {
    const read = this.#read
    const quick = event.timeStamp - this.#read_at < READER_GAP_MS
    this.#read = ""
    if (!quick || read.length < READER_LEAST || !/\/t\/|^[0-9-]+$/.test(read)) return false
    event.preventDefault()
    event.stopPropagation()
    this.#code = ""
    this.#find(read.split("/t/").at(-1).replace(/[/?#].*$/, ""), null)
    return true
  }

  get #whole() {
    return this.#code.length >= DIGITS_LEAST
  }

  async #find(code, button) {
    const answer = await ask(`${this.#api}/bookings/${encodeURIComponent(code)}`)
    if (!answer.ok) {
      this.#tell("refused", { answer, button })
      return
    }
    if (!this.#panel.open) this.#panel.showModal()
    this.#found = answer.data
    this.#show(answer.data)
  }

  #show(ticket) {
    this.#panel.querySelector("[data-booking-ask]").hidden = ticket !== null
    this.#panel.querySelector("[data-booking-found]").hidden = ticket === null
    if (ticket === null) return
    const english = document.documentElement.lang === "en"
    const zone = english ? ticket.zone_name_en : ticket.zone_name
    const item = english ? ticket.item_name_en : ticket.item_name
    const booked = ticket.state === "booked"
    this.#put("number", ticket.number)
    this.#put("place", [zone, item].filter(Boolean).join(" · "))
    this.#put("day", ticket.slot ? this.#day(ticket.slot.start) : "")
    this.#put("time", ticket.slot ? sentence("slot-time", { start: clock(ticket.slot.start), end: clock(ticket.slot.end) }) : "")
    this.#put("state-says", booked ? "" : sentence(`state:${ticket.state}`))
    const arrive = this.#panel.querySelector("[data-arrive]")
    arrive.hidden = !booked
    this.#panel.querySelector("[data-same]").hidden = !booked
    if (booked) arrive.focus()
  }

  #day(moment) {
    const form = { month: "long", day: "numeric", weekday: "long", timeZone: "UTC" }
    return new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(`${moment.slice(0, 10)}T12:00:00Z`))
  }

  #draw() {
    this.#put("code", this.#code.length > 3 ? `${this.#code.slice(0, 3)}-${this.#code.slice(3)}` : this.#code)
    this.#panel.querySelector("[data-find]").disabled = !this.#whole
  }

  #put(slot, words) {
    this.#panel.querySelector(`[data-${slot}]`).textContent = words
  }

  #tell(name, detail) {
    this.#panel.dispatchEvent(new CustomEvent(name, { detail }))
  }
}

function clock(moment) {
  return moment.slice(11, 16) // the hall's own offset is in it: its clock as it stands
}
