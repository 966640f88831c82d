// A booking moved from its holder's phone: another day and time, the same number. `<dialog data-move>` asks.

import { ask, press } from "./press.js"
import { draw_slots, forget_slots } from "./slots.js"

export class BookingMove {
  #dialog
  #ticket
  #asked = 0

  /** @param {HTMLDialogElement} dialog @param {() => DOMStringMap} ticket what the live region tells of the ticket */
  constructor(dialog, ticket) {
    this.#dialog = dialog
    this.#ticket = ticket
    dialog.addEventListener("change", ({ target }) => {
      if (target.name === "day") this.#read(target.value)
      else this.#choose.hidden = false
    })
  }

  open() {
    this.#dialog.showModal()
    this.#read(null)
  }

  /** @param {string} url the ticket's @param {Record<string, string>} headers */
  async move(url, headers, button) {
    const start = this.#dialog.querySelector("[name=slot]:checked")?.value
    if (!start) return
    const answer = await press(`${url}/slot`, { method: "PUT", body: { start }, headers, on: button })
    if (answer.ok) this.#dialog.close()
    else {
      this.#say(answer.sentence)
      if (answer.code === "slot_full") this.#read(this.#dialog.querySelector("[name=day]:checked")?.value)
    }
  }

  get #choose() {
    return this.#dialog.querySelector("[data-move-to]")
  }

  // What was chosen meanwhile makes an older answer void.
  async #read(day) {
    const mine = ++this.#asked
    forget_slots(this.#dialog)
    this.#choose.hidden = true
    const { item, zone } = this.#ticket()
    const query = new URLSearchParams({ ...(item ? { item } : { zone }), ...(day ? { day } : {}) })
    const answer = await ask(`${document.querySelector("meta[name=hall]").dataset.api}/slots?${query}`)
    if (mine !== this.#asked) return
    this.#say(answer.sentence)
    if (answer.ok) draw_slots(this.#dialog, answer.data)
  }

  #say(words) {
    const says = this.#dialog.querySelector("[data-move-says]")
    says.textContent = words
    says.hidden = !words
  }
}
