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
    this.#say(answer.sentence)
    this.#look()
  }

  async #look() {
    clearTimeout(this.#timer)
    const answer = await ask(this.#url)
    if (answer.ok) this.#draw(answer.data)
    if (!answer.ok || answer.data.state === "running") this.#timer = setTimeout(() => this.#look(), LOOK_EVERY_MS)
  }

  #draw({ state, progress, clock, summary, trouble }) {
    const running = state === "running"
    this.#part("start").hidden = running
    this.#part("speed").disabled = running
    this.#part("stop").hidden = !running
    this.#part("running").hidden = !running
    this.querySelector("progress").value = progress
    this.#part("clock").textContent = clock ?? ""
    this.#part("percent").textContent = `${Math.round(progress * 100)} %`
    if (trouble) this.#say(trouble)
    this.#part("summary").hidden = !summary
    if (summary) this.#summarise(summary)
  }

  #summarise(summary) {
    const named = [...this.querySelectorAll("template[data-figure]")]
    const figures = named.flatMap(({ dataset, content }) => {
      const key = dataset.figure
      return key in summary ? [element("div", element("dt", content.textContent), element("dd", figure(key, summary[key])))] : []
    })
    this.#part("figures").replaceChildren(...figures)
    this.#part("zones").replaceChildren(...summary.zones.map((zone) => this.#zone(zone)))
    const wrong = Object.entries(summary.wrong)
    this.#part("wrong").hidden = wrong.length === 0
    const lines = wrong.map(([what, times]) => element("li", `${times} × ${what}`))
    this.#part("wrong").querySelector("ul").replaceChildren(...lines)
  }

  #zone(zone) {
    const head = element("th", sentence(`zone:${zone.zone}`))
    head.scope = "row"
    const keys = this.dataset.zoneFigures.split(" ")
    return element("tr", head, ...keys.map((key) => element("td", figure(key, zone[key]))))
  }

  #say(words) {
    this.#part("says").hidden = !words
    this.#part("says").textContent = words
  }

  #part(name) {
    return this.querySelector(`[data-${name}]`)
  }
}

function element(name, ...inside) {
  const made = document.createElement(name)
  made.append(...inside)
  return made
}

function figure(key, value) {
  if (value === null) return "–"
  if (key.endsWith("_rate") || key.endsWith("_share")) return `${Math.round(value * 100)} %`
  const unit = /_(min|ms|times)$/.exec(key)
  return unit ? sentence(`figure-${unit[1]}`, { n: value }) : String(value)
}

customElements.define("hall-rehearsal", Rehearsal)
