// The manager's settings, live: what is being edited stays as it is, a change by another is told beside it and offered,
// and what was changed is saved together, all or none.
//
// The contract with partials/settings.html: [data-setting] is a row; data-value and data-seen are what the hall has and
// the deed that changed it last, data-by and data-words who did that and what it is now in words.

import "./live.js"
import { press } from "./press.js"
import { sentence } from "./sentences.js"

class Settings extends HTMLElement {
  #url = `${this.getAttribute("api")}/settings`
  #form = this.querySelector("form")
  #from = new Map() // setting -> {value, seen}: what the hall had when its field began to be edited

  connectedCallback() {
    this.addEventListener("input", ({ target }) => this.#typed(target.closest("[data-setting]")))
    this.addEventListener("live", () => this.#viewed())
    this.addEventListener("live-new", (event) => this.#edited().length && event.preventDefault())
    this.addEventListener("click", ({ target }) => this.#clicked(target.closest("button")))
    this.#form.addEventListener("submit", (event) => this.#submitted(event))
    addEventListener("beforeunload", this.#leaving)
    this.#offer()
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#leaving)
  }

  #leaving = (event) => {
    if (this.#edited().length) event.preventDefault()
  }

  // What is edited

  #typed(row) {
    const { setting, value, seen } = row.dataset
    if (!this.#from.has(setting)) this.#from.set(setting, { value, seen })
    else if (!this.#changed(row) && this.#from.get(setting).seen === seen) this.#from.delete(setting) // typed back
    this.#offer()
  }

  /** The field shows what the hall has, and nothing is being edited there. */
  #follow(row) {
    const field = row.querySelector("input, select")
    this.#from.delete(row.dataset.setting)
    if (field.type === "checkbox") field.checked = row.dataset.value === "True"
    else if (!same(field, row.dataset.value)) field.value = row.dataset.value
  }

  #rows() {
    return [...this.querySelectorAll("[data-setting]")]
  }

  #row(setting) {
    return this.querySelector(`[data-setting="${CSS.escape(setting)}"]`)
  }

  #edited() {
    return this.#rows().filter((row) => this.#changed(row))
  }

  #changed(row) {
    const from = this.#from.get(row.dataset.setting)
    return from !== undefined && !same(row.querySelector("input, select"), from.value)
  }

  #value(row) {
    const field = row.querySelector("input, select")
    if (field.type === "checkbox") return field.checked
    return field.type === "number" ? Number(field.value) : field.value
  }

  // What others change

  #viewed() {
    for (const row of this.#rows()) {
      if (!this.#changed(row) || same(row.querySelector("input, select"), row.dataset.value)) this.#follow(row)
    }
    this.#offer()
  }

  // Only what is different can be saved or taken back; what another changed meanwhile is told beside it.
  #offer() {
    for (const row of this.#rows()) {
      const { setting, seen, by, words } = row.dataset
      const from = this.#from.get(setting)
      const theirs = row.querySelector("[data-theirs]")
      const told = from !== undefined && from.seen !== seen
      row.toggleAttribute("data-changed", this.#changed(row))
      if (told) put(theirs.querySelector("[data-theirs-says]"), sentence("theirs", { by, value: words }))
      theirs.hidden = !told
    }
    const any = this.querySelector("[data-changed]") !== null
    for (const button of this.querySelectorAll("[data-undo], [type=submit]")) button.disabled = !any
  }

  // What is pressed

  #clicked(button) {
    if (!button) return
    const row = button.closest("[data-setting]")
    if ("back" in button.dataset) this.#send({ [button.dataset.back]: null }, { [button.dataset.back]: Number(row.dataset.seen) }, button)
    if ("take" in button.dataset || "keep" in button.dataset) {
      if ("take" in button.dataset) this.#follow(row)
      else this.#from.set(row.dataset.setting, { value: row.dataset.value, seen: row.dataset.seen })
      row.querySelector("input, select").focus()
      this.#say("")
    }
    if ("undo" in button.dataset) {
      for (const one of this.#rows()) this.#follow(one)
      this.#say("")
    }
    this.#offer()
  }

  #submitted(event) {
    event.preventDefault()
    const rows = this.#edited()
    const wrong = rows.find((row) => !row.querySelector("input, select").checkValidity())
    if (wrong) {
      wrong.querySelector("input, select").focus()
      return this.#say(sentence("out-of-limits", { name: wrong.querySelector("b").textContent }))
    }
    const changes = Object.fromEntries(rows.map((row) => [row.dataset.setting, this.#value(row)]))
    const seen = Object.fromEntries(rows.map((row) => [row.dataset.setting, Number(this.#from.get(row.dataset.setting).seen)]))
    return this.#send(changes, seen, event.submitter)
  }

  async #send(changes, seen, on) {
    const answer = await press(this.#url, { method: "PATCH", body: { changes, seen }, on })
    this.#say(answer.ok ? sentence("saved") : answer.sentence, answer.ok)
    if (!answer.ok) return this.#row(Object.keys(changes).find((one) => this.#from.get(one)?.seen !== this.#row(one).dataset.seen) ?? "")?.scrollIntoView({ block: "nearest" })
    for (const { key, value, changed } of answer.data.settings.filter((one) => one.key in changes)) {
      const row = this.#row(key)
      if (!changed || changed.number > Number(row.dataset.seen)) { // else the view knows of a later change already
        row.dataset.value = typeof value === "boolean" ? (value ? "True" : "False") : String(value)
        row.dataset.seen = String(changed?.number ?? 0)
      }
      this.#follow(row)
    }
    return this.#offer()
  }

  #say(words, good = false) {
    const said = this.querySelector("[data-said]")
    said.classList.toggle("good", good)
    said.textContent = words
  }
}

/** Whether a field shows this value, as the hall writes it. */
function same(field, value) {
  if (field.type === "checkbox") return field.checked === (value === "True")
  if (field.type === "number") return field.value !== "" && Number(field.value) === Number(value)
  return field.value === value
}

function put(element, words) {
  if (element.textContent !== words) element.textContent = words
}

customElements.define("hall-settings", Settings)
