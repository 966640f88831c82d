// The button that plays a day, how far it is, and what came of it.

import { ask, press } from "./press.js"
import { sentence } from "./sentences.js"

const LOOK_EVERY_MS = 1_000

class Rehearsal extends HTMLElement {
  #url = `${this.getAttribute("api")}/rehearsal`
  #timer = 0

  connectedCallback() {
    this.#part("start").addEventListener("click", ({ currentTarget }) => this.#start(currentTarget))
    this.#part("stop").addEventListener("click", ({ currentTarget }) => this.#stop(currentTarget))
    this.#look()
  }

  async #start(button) {
    const speed = Number(this.#part("speed").value)
    this.#answered(await press(this.#url, { body: { speed }, on: button }))
  }

  async #stop(button) {
    this.#answered(await press(this.#url, { method: "DELETE", on: button }))
  }

  #answered(answer) {
    const says = this.#part("says")
    says.hidden = answer.ok
    says.textContent = answer.sentence
    this.#look()
  }

  async #look() {
    clearTimeout(this.#timer)
    const answer = await ask(this.#url)
    if (answer.ok) this.#draw(answer.data)
    if (!answer.ok || answer.data.state === "running") this.#timer = setTimeout(() => this.#look(), LOOK_EVERY_MS)
  }

  #draw({ state, progress, clock, summary }) {
    const running = state === "running"
    this.#part("start").hidden = running
    this.#part("speed").disabled = running
    this.#part("stop").hidden = !running
    this.#part("running").hidden = !running
    this.querySelector("progress").value = progress
    this.#part("clock").textContent = clock ?? ""
    this.#part("percent").textContent = `${Math.round(progress * 100)} %`
    this.#part("summary").hidden = !summary
    if (summary) this.#summarise(summary)
  }

  #summarise(summary) {
    const rows = Object.entries(summary).flatMap(([key, value]) => this.#row(key, value) ?? [])
    this.#part("summary").tBodies[0].replaceChildren(...rows)
  }

  #row(key, value) {
    if (!this.querySelector(`template[data-sentence="figure:${CSS.escape(key)}"]`)) return null
    const row = this.#part("row").content.cloneNode(true)
    row.querySelector("th").textContent = sentence(`figure:${key}`)
    row.querySelector("td").textContent = figure(key, value)
    return row
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`)
  }
}

function figure(key, value) {
  if (value === null) return "–"
  if (typeof value !== "number") return String(value)
  if (key.endsWith("_rate") || key.endsWith("_share")) return `${Math.round(value * 100)} %`
  return String(Math.round(value * 10) / 10)
}

customElements.define("hall-rehearsal", Rehearsal)
