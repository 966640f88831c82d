// Finding a matter by words of its name, by keyboard alone: typing narrows the list, Enter takes the first,
// the arrows walk through it. The list is read when it is first wanted.
//
// [data-search] is the field, [data-found] the list, inside a dialog; a template[data-match] is one row.

import { ask } from "./press.js"

const SHOWN_LIMIT = 6

export class ItemSearch {
  #dialog
  #api
  #chosen
  #items = null
  #reading = null

  /** @param {(item: {id: string, name: string}, button: HTMLButtonElement) => void} chosen */
  constructor(dialog, api, chosen) {
    this.#dialog = dialog
    this.#api = api
    this.#chosen = chosen
    this.#field.addEventListener("input", () => this.#draw())
    this.#field.addEventListener("focus", () => this.#read())
    dialog.addEventListener("keydown", this.#key)
    dialog.addEventListener("click", this.#clicked)
    dialog.addEventListener("close", () => this.#clear())
  }

  get #field() {
    return this.#dialog.querySelector("[data-search]")
  }

  get #rows() {
    return [...this.#dialog.querySelectorAll("[data-found] button")]
  }

  #read() {
    if (this.#items) return null
    this.#reading ??= this.#ask().finally(() => (this.#reading = null))
    return this.#reading
  }

  async #ask() {
    const answer = await ask(this.#api)
    if (!answer.ok) return
    const english = document.documentElement.lang === "en"
    this.#items = answer.data.items.map((item) => ({
      id: item.id,
      name: english ? item.name_en || item.name : item.name,
      words: `${item.name} ${item.name_en} ${item.line} ${item.id}`.toLowerCase(),
    }))
    this.#draw()
  }

  #clear() {
    this.#field.value = ""
    this.#draw()
  }

  #draw() {
    const words = this.#field.value.toLowerCase().split(/\s+/).filter(Boolean)
    const found = words.length === 0 ? [] : (this.#items ?? []).filter((item) => words.every((word) => item.words.includes(word)))
    const rows = found.slice(0, SHOWN_LIMIT).map((item) => {
      const row = this.#dialog.querySelector("template[data-match]").content.firstElementChild.cloneNode(true)
      row.querySelector("span").textContent = item.name
      row.dataset.item = item.id
      return row
    })
    this.#dialog.querySelector("[data-found]").replaceChildren(...rows)
  }

  // Who types faster than the list comes loses no key.
  async #with_rows(act) {
    const reading = this.#read()
    if (reading) await reading
    if (this.#dialog.open) act()
  }

  #take(row) {
    const item = this.#items.find((one) => one.id === row.dataset.item)
    this.#chosen({ id: item.id, name: item.name }, row)
    if (!this.#dialog.open) return
    this.#clear()
    this.#field.focus()
  }

  #clicked = (event) => {
    const row = event.target.closest("[data-found] button")
    if (row) this.#take(row)
  }

  #key = (event) => {
    const rows = this.#rows
    const place = rows.indexOf(document.activeElement)
    if (event.key === "Enter" && event.target === this.#field && this.#field.value.trim()) {
      event.preventDefault() // the words find a matter; they don't finish the dialog
      this.#with_rows(() => this.#rows[0] && this.#take(this.#rows[0]))
    } else if (event.key === "ArrowDown" && (place >= 0 || event.target === this.#field)) {
      event.preventDefault()
      this.#with_rows(() => this.#rows[Math.min(place + 1, this.#rows.length - 1)]?.focus())
    } else if (event.key === "ArrowUp" && place >= 0) {
      event.preventDefault()
      ;(rows[place - 1] ?? this.#field).focus()
    }
  }
}
