// Find a matter: by its line, by words, by pinyin or its first letters. The server finds; this shows.

import { print_guide } from "./guide-paper.js"
import { name_of, other_name_of, papers_said, said } from "./matter-words.js"
import { ask } from "./press.js"
import { sentence } from "./sentences.js"
import { wait_words } from "./wait.js"

const ASK_AFTER_MS = 120
const SHOWN = 60

export class Matters {
  #panel
  #api
  #line = ""
  #timer = 0
  #asked = 0
  #opens = null
  #several

  constructor(panel, api, several) {
    this.#panel = panel
    this.#api = api
    this.#several = several
    this.#search.addEventListener("input", () => this.#soon())
    panel.addEventListener("click", ({ target }) => this.#press(target))
    panel.addEventListener("keydown", (event) => this.#key(event))
    panel.addEventListener("close", () => this.#clear())
    panel.addEventListener("added", () => this.#next())
    panel.addEventListener("toggle", ({ target }) => this.#opened(target), true)
    new MutationObserver(() => panel.open && this.#find()).observe(panel, { attributeFilter: ["open"] })
  }

  /** Open the panel at one matter, as the guide's link does. */
  async show(item) {
    this.#opens = item
    const answer = await ask(`${this.#api}/items/${encodeURIComponent(item)}`)
    if (answer.ok) this.#search.value = name_of(answer.data).slice(0, this.#search.maxLength)
    this.#panel.showModal()
  }

  get #search() {
    return this.#panel.querySelector("[data-search]")
  }

  #clear() {
    this.#search.value = ""
    this.#opens = null
    this.#mark("")
  }

  // One was chosen: everything is there again to find another.
  #next() {
    this.#clear()
    this.#search.focus({ preventScroll: true })
    this.#panel.scrollTop = 0
    this.#find()
  }

  // While several are chosen the panel scrolls as one: what was opened is brought into sight.
  #opened(row) {
    if (row.open && this.#panel.hasAttribute("data-choosing")) row.scrollIntoView()
  }

  // Who types is looking for something, wherever the focus is. The key itself goes to the field that gets the focus.
  #key({ key, target, ctrlKey, altKey, metaKey }) {
    const types = /^[\p{L}\p{N}]$/u.test(key) || key === "Process" // the latter begins a word of an input method
    if (types && !ctrlKey && !altKey && !metaKey && target !== this.#search) this.#search.focus({ preventScroll: true })
  }

  #press(target) {
    const chip = target.closest("[data-line]")
    const letter = target.closest("[data-letter]")
    const paper = target.closest("[data-paper-of]")
    if (paper) print_guide(paper, paper.parentElement.querySelector("[data-printing]"))
    else if (chip) this.#choose(chip.dataset.line)
    else if (letter) this.#type(this.#search.value + letter.dataset.letter)
    else if (target.closest("[data-erase]")) this.#type(this.#search.value.slice(0, -1))
  }

  #type(words) {
    this.#search.value = words
    this.#soon()
  }

  #choose(line) {
    this.#mark(line)
    this.#find()
  }

  #mark(line) {
    this.#line = line
    for (const chip of this.#panel.querySelectorAll("[data-line]")) {
      chip.setAttribute("aria-pressed", String(chip.dataset.line === line))
    }
  }

  #soon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#find(), ASK_AFTER_MS)
  }

  async #find() {
    clearTimeout(this.#timer)
    const asked = ++this.#asked
    const query = new URLSearchParams({ q: this.#search.value.trim(), line: this.#line, limit: SHOWN })
    const answer = await ask(`${this.#api}/items?${query}`)
    if (asked !== this.#asked || !this.#panel.open) return // something newer was typed, or nobody looks
    if (!answer.ok) return this.#list([this.#words(answer.sentence)])
    const rows = answer.data.items.map((item) => this.#row(item))
    const elsewhere = answer.data.elsewhere.map((told) => this.#elsewhere(told))
    this.#list(rows.length + elsewhere.length ? [...rows, ...elsewhere] : [this.#words(sentence("matters-none"))])
  }

  #list(rows) {
    const list = this.#panel.querySelector("[data-matters]")
    list.replaceChildren(...rows)
    list.scrollTop = 0
  }

  #words(said) {
    const row = document.createElement("li")
    row.className = "none"
    row.textContent = said
    return row
  }

  #row(item) {
    const row = this.#panel.querySelector("[data-matter]").content.cloneNode(true)
    const put = (slot, ...words) => row.querySelector(`[data-${slot}]`).replaceChildren(...words)
    put("name", name_of(item))
    put("other", other_name_of(item))
    put("bring", ...(item.bring?.length ? papers_said(item.bring) : [sentence("bring-nothing")]))
    put("typical", sentence("typical", { n: Math.round(item.typical_min) }))
    put("wait", item.intake.open ? wait_words(item.wait) : sentence("intake-stopped"))
    for (const badge of row.querySelectorAll("[data-kind]")) badge.hidden = badge.dataset.kind !== item.kind
    row.querySelector("[data-card]").hidden = !item.id_card_only
    row.querySelector("[data-self-service]").hidden = !item.self_service
    put("self-service-place", said(item, "self_service"))
    const take = row.querySelector("[data-take-item]")
    take.dataset.takeItem = item.id
    take.disabled = !item.intake.open
    const paper = row.querySelector("[data-paper-of]")
    if (paper) paper.dataset.paperOf = item.id
    const whole = row.querySelector("[data-guide]")
    whole.href = whole.dataset.guide.replace("ITEM", encodeURIComponent(item.id))
    if (item.id === this.#opens) row.querySelector("details").open = true
    this.#several.mark(row.firstElementChild, item)
    return row
  }

  #elsewhere(told) {
    const row = this.#panel.querySelector("[data-elsewhere]").content.cloneNode(true)
    const put = (slot, ...words) => row.querySelector(`[data-${slot}]`).replaceChildren(...words)
    put("name", name_of(told))
    put("who", said(told, "who"))
    put("where", said(told, "where"), ...(told.phone ? [` · ${told.phone}`] : []))
    return row
  }
}
