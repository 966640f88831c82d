// Find a matter: by its line, or by words of its name. The list is read when it is first wanted.

import { ask } from "./press.js"
import { sentence } from "./sentences.js"

const SHOWN_LIMIT = 200

export class Matters {
  #panel
  #api
  #items = null
  #line = ""

  constructor(panel, api) {
    this.#panel = panel
    this.#api = api
    this.#search.addEventListener("input", () => this.#draw())
    panel.addEventListener("click", ({ target }) => this.#press(target.closest("[data-line]")))
    panel.addEventListener("close", () => this.#clear())
    new MutationObserver(() => panel.open && this.#read()).observe(panel, { attributeFilter: ["open"] })
  }

  get #search() {
    return this.#panel.querySelector("[data-search]")
  }

  async #read() {
    if (this.#items) return
    const answer = await ask(`${this.#api}/views/kiosk`)
    if (!answer.ok) {
      this.#list([this.#words(answer.sentence)])
      return
    }
    this.#items = (answer.data.data ?? answer.data).items
    this.#draw()
  }

  #clear() {
    this.#search.value = ""
    this.#choose("")
  }

  #press(chip) {
    if (chip) this.#choose(chip.dataset.line)
  }

  #choose(line) {
    this.#line = line
    for (const chip of this.#panel.querySelectorAll("[data-line]")) {
      chip.setAttribute("aria-pressed", String(chip.dataset.line === line))
    }
    this.#draw()
  }

  #draw() {
    if (!this.#items) return
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean)
    const found = this.#items.filter((item) => {
      const text = `${item.name} ${item.name_en} ${item.line}`.toLowerCase()
      return (!this.#line || item.line === this.#line) && words.every((word) => text.includes(word))
    })
    const rows = found.slice(0, SHOWN_LIMIT).map((item) => this.#row(item))
    this.#list(rows.length ? rows : [this.#words(sentence("matters-none"))])
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
    const english = document.documentElement.lang === "en"
    const put = (slot, words) => (row.querySelector(`[data-${slot}]`).textContent = words)
    put("name", english ? item.name_en : item.name)
    put("other", english ? item.name : item.name_en)
    put("bring", (item.bring ?? []).map(named_paper).join(sentence("comma")) || sentence("bring-nothing"))
    put("typical", sentence("typical", { n: Math.round(item.typical_min) }))
    for (const badge of row.querySelectorAll("[data-kind]")) badge.hidden = badge.dataset.kind !== item.kind
    row.querySelector("[data-card]").hidden = !item.id_card_only
    const machine = english ? item.self_service_en || item.self_service : item.self_service
    row.querySelector("[data-self-service]").hidden = !machine
    put("self-service-place", machine ?? "")
    row.querySelector("[data-take-item]").dataset.takeItem = item.id
    return row
  }
}

function named_paper(name) {
  const known = document.querySelector(`template[data-sentence="paper:${CSS.escape(name)}"]`)
  return known ? known.content.textContent : name
}
