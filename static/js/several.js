// Several matters under one number (多窗联办): chosen one by one in the matters' panel, before the number is taken.
//
// [data-several] is the list of the chosen ones, [data-also] in a matter's row adds it or leaves it out again.

import { name_of, papers_said } from "./matter-words.js"
import { sentence } from "./sentences.js"

export class Several {
  #panel
  #tray
  #refused
  #known = new Map()
  #chosen = []

  /** @param {(no: {title: string, detail: string}) => void} refused */
  constructor(panel, refused) {
    this.#panel = panel
    this.#tray = panel.querySelector("[data-several]")
    this.#refused = refused
    panel.addEventListener("click", ({ target }) => this.#press(target))
    panel.addEventListener("close", () => this.#choose([]))
  }

  /** What the number is to be for, as the server wants it. */
  get where() {
    const [first] = this.#chosen
    return this.#chosen.length === 1 ? { item: first } : { chain: [...this.#chosen] }
  }

  /** What a matter is called, if it is one of several that were chosen; "" if not. */
  name_of(id) {
    return this.#chosen.length > 1 && this.#chosen.includes(id) ? name_of(this.#known.get(id)) : ""
  }

  /** A matter's row has just been made. */
  mark(row, item) {
    this.#known.set(item.id, item)
    row.dataset.item = item.id
    row.querySelector("[data-also]").disabled = !item.intake.open
    this.#draw_row(row)
  }

  #press(target) {
    const also = target.closest("[data-also]")
    const leave = target.closest("[data-leave-out]")
    if (leave) this.#leave_out(leave.closest("[data-part]").dataset.part)
    else if (also && this.#chosen.includes(also.closest("[data-item]").dataset.item)) {
      this.#leave_out(also.closest("[data-item]").dataset.item)
    } else if (also) this.#add(also.closest("[data-item]").dataset.item)
  }

  #add(id) {
    if (this.#chosen.length >= Number(this.#tray.dataset.limit)) {
      this.#refused({ title: sentence("chain-full-title"), detail: sentence("chain-full-detail") })
      return
    }
    this.#choose([...this.#chosen, id])
    this.#tell("chain-added", id)
    this.#panel.dispatchEvent(new CustomEvent("added"))
  }

  #leave_out(id) {
    const place = this.#chosen.indexOf(id)
    this.#choose(this.#chosen.filter((other) => other !== id))
    this.#tell("chain-left-out", id)
    const buttons = this.#tray.querySelectorAll("[data-leave-out]")
    if (this.#panel.contains(document.activeElement)) return // the row's own button was pressed, and is still there
    if (buttons.length) buttons[Math.min(place, buttons.length - 1)].focus()
    else this.#panel.querySelector("[data-search]").focus()
  }

  #tell(said, id) {
    const name = name_of(this.#known.get(id))
    this.#panel.querySelector("[data-said]").textContent = sentence(said, { name, count: this.#chosen.length })
  }

  #choose(chosen) {
    this.#chosen = chosen
    this.#panel.toggleAttribute("data-choosing", chosen.length > 0)
    this.#tray.hidden = chosen.length === 0
    for (const row of this.#panel.querySelectorAll("[data-item]")) this.#draw_row(row)
    const items = chosen.map((id) => this.#known.get(id))
    this.#tray.querySelector("[data-parts]").replaceChildren(...items.map((item) => this.#part(item)))
    const bring = papers_said(items.flatMap((item) => item.bring ?? []))
    this.#tray.querySelector("[data-bring-all]").replaceChildren(...(bring.length ? bring : [sentence("bring-nothing")]))
    this.#tray.querySelector("[data-take-chosen] span").textContent = sentence("take-several", { n: chosen.length })
    this.#tray.querySelector("[data-another]").hidden = chosen.length !== 1
  }

  #part(item) {
    const part = this.#tray.querySelector("template").content.firstElementChild.cloneNode(true)
    part.dataset.part = item.id
    part.querySelector("[data-name]").textContent = name_of(item)
    part.querySelector("[data-leave-out]").setAttribute("aria-label", sentence("leave-out", { name: name_of(item) }))
    return part
  }

  #draw_row(row) {
    const is_chosen = this.#chosen.includes(row.dataset.item)
    row.toggleAttribute("data-chosen", is_chosen)
    const words = is_chosen ? "also-not" : this.#chosen.length ? "also-this" : "also-another"
    row.querySelector("[data-also] span").textContent = sentence(words)
  }
}
