// The manager's calendar: every press changes one thing, and then the page is opened anew as the server has it.

import { press } from "./press.js"
import { sentence } from "./sentences.js"

const LINE = /^(\d{4}-\d{2}-\d{2})\s+(\S+)\s*(.*)$/u

class Calendar extends HTMLElement {
  #api = this.getAttribute("api")

  connectedCallback() {
    this.addEventListener("submit", (event) => this.#submitted(event))
    this.addEventListener("click", ({ target }) => this.#clicked(target.closest("button")))
    this.addEventListener("change", () => this.#offer())
    this.#offer()
  }

  // Hours belong to a date that works, and only then are they asked for.
  #offer() {
    const form = this.querySelector("form[data-day]")
    form.querySelector("[data-for-working]").hidden = new FormData(form).get("kind") !== "working"
  }

  #submitted(event) {
    event.preventDefault()
    const form = event.target
    if ("day" in form.dataset) this.#saveDay(form)
    if ("year" in form.dataset) this.#saveYear(form)
    if ("stopItem" in form.dataset) this.#intake(`items/${form.elements.matter.value}`, "stopped", form.elements.reason.value, form)
  }

  #clicked(button) {
    if (!button) return
    if ("intake" in button.dataset) this.#intake(button.dataset.intake, button.dataset.state, "", button)
    if ("leftovers" in button.dataset) this.#press("PUT", "closing", { leftovers: button.dataset.leftovers }, button)
  }

  #saveDay(form) {
    const kind = new FormData(form).get("kind")
    const path = `calendar/${form.dataset.day}`
    if (!kind) return this.#press("DELETE", path, {}, form)
    const name = form.elements.name.value.trim()
    const sessions = [...form.querySelectorAll("[data-session]")].flatMap((row) => this.#session(row))
    const told = kind === "working" && sessions.length > 0 ? { sessions } : {}
    return this.#press("PUT", path, { kind, name, ...told }, form)
  }

  #session(row) {
    const value = (name) => row.querySelector(`[name="${name}"]`).value
    if (!value("from") || !value("to")) return []
    return [{ from: value("from"), to: value("to"), kind: value("session-kind"), zone: value("zone") || null }]
  }

  #saveYear(form) {
    const days = {}
    const kinds = { [form.dataset.off]: "closed", [form.dataset.on]: "working" }
    const lines = form.elements.days.value.split("\n")
    for (const [place, line] of lines.entries()) {
      if (!line.trim()) continue
      const found = LINE.exec(line.trim())
      if (!(found?.[2] in kinds)) return this.#say(sentence("line-unread", { n: place + 1 }))
      days[found[1]] = { kind: kinds[found[2]], name: found[3].trim() }
    }
    return this.#press("PUT", `calendar/years/${form.dataset.year}`, { days }, form)
  }

  #intake(path, state, reason, on) {
    const body = state === "stopped" && reason.trim() ? { state, reason: reason.trim() } : { state }
    return this.#press("PUT", `${path}/intake`, body, on)
  }

  async #press(method, path, body, on) {
    const button = on.matches("button") ? on : on.querySelector("[type=submit]")
    const answer = await press(`${this.#api}/${path}`, { method, body, on: button })
    if (answer.ok) location.reload()
    else this.#say(answer.sentence)
  }

  #say(words) {
    this.querySelector("[data-said]").textContent = words
  }
}

customElements.define("hall-calendar", Calendar)
