// The manager's settings: what was changed is sent together, all or none, and the page is opened anew as the hall has it.

import { press } from "./press.js"
import { sentence } from "./sentences.js"

class Settings extends HTMLElement {
  #url = `${this.getAttribute("api")}/settings`
  #form = this.querySelector("form")

  connectedCallback() {
    this.addEventListener("input", () => this.#offer())
    this.addEventListener("click", ({ target }) => this.#clicked(target.closest("button")))
    this.#form.addEventListener("submit", (event) => this.#submitted(event))
    this.#offer()
  }

  // Only what is different from what the hall has can be saved or taken back.
  #offer() {
    for (const row of this.#rows()) row.toggleAttribute("data-changed", this.#changed(row))
    const any = this.querySelector("[data-changed]") !== null
    for (const button of this.querySelectorAll("[data-undo], [type=submit]")) button.disabled = !any
  }

  #rows() {
    return [...this.querySelectorAll("[data-setting]")]
  }

  #changed(row) {
    const field = row.querySelector("input, select")
    return field.type === "number" ? Number(field.value) !== Number(row.dataset.value) || field.value === "" : String(this.#value(row)) !== row.dataset.value
  }

  #value(row) {
    const field = row.querySelector("input, select")
    if (field.type === "checkbox") return field.checked
    return field.type === "number" ? Number(field.value) : field.value
  }

  #clicked(button) {
    if (!button) return
    if ("back" in button.dataset) this.#send({ [button.dataset.back]: null }, button)
    if ("undo" in button.dataset) {
      this.#form.reset()
      this.#say("")
      this.#offer()
    }
  }

  #submitted(event) {
    event.preventDefault()
    const rows = this.#rows().filter((row) => row.hasAttribute("data-changed"))
    const wrong = rows.find((row) => !row.querySelector("input, select").checkValidity())
    if (wrong) {
      wrong.querySelector("input, select").focus()
      return this.#say(sentence("out-of-limits", { name: wrong.querySelector("b").textContent }))
    }
    return this.#send(Object.fromEntries(rows.map((row) => [row.dataset.setting, this.#value(row)])), event.submitter)
  }

  async #send(changes, on) {
    const answer = await press(this.#url, { method: "PATCH", body: { changes }, on })
    if (answer.ok) location.reload()
    else this.#say(answer.sentence)
  }

  #say(words) {
    this.querySelector("[data-said]").textContent = words
  }
}

customElements.define("hall-settings", Settings)
