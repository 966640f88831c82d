// The number just given: shown enormous, until the paper is out and a moment more.

import { name_of } from "./matter-words.js"
import { ask } from "./press.js"
import { sentence } from "./sentences.js"
import { wait_words } from "./wait.js"

const LOOK_EVERY_MS = 1_000
const PAPER_LIMIT_MS = 20_000
const AFTER_PAPER_S = 8
const WITHOUT_PAPER_S = 20

export class Result {
  #dialog
  #api
  #ticket = null
  #timers = []
  must_stay = false

  constructor(dialog, api) {
    this.#dialog = dialog
    this.#api = api
    dialog.addEventListener("close", () => this.#stop())
  }

  /** @param {"taken" | "returned" | "arrived"} how */
  show(ticket, how, zone_name) {
    this.#stop()
    this.#ticket = ticket
    for (const hello of this.#dialog.querySelectorAll("[data-hello]")) hello.hidden = hello.dataset.hello !== how
    this.#put("number", ticket.number)
    const parts = ticket.chain.filter((part) => part.state !== "ended")
    this.#put("place", parts.length > 1 ? sentence("first-go", { zone: zone_name }) : zone_name)
    this.#parts(parts)
    this.#put("ahead", String(ticket.ahead))
    this.#put("wait", wait_words(ticket.wait))
    this.#dialog.querySelector("[data-wait-label]").hidden = ticket.wait === null
    const code = this.#dialog.querySelector("[data-qr]")
    code.closest(".follow").hidden = how === "returned"
    if (how !== "returned") code.src = `${ticket.follow_url}/qr.svg`
    this.#dialog.showModal()
    this.#dialog.querySelector(".done").focus()
    if (how === "returned") this.#leave_after(AFTER_PAPER_S)
    else this.#paper(ticket.paper ?? "none")
  }

  // What the number is for, where it is for several matters: the present one first.
  #parts(parts) {
    const list = this.#dialog.querySelector("[data-parts]")
    const rows = parts.map((part) => {
      const row = list.querySelector("template").content.firstElementChild.cloneNode(true)
      row.dataset.state = part.state
      row.querySelector("[data-when]").textContent = sentence(part.state === "now" ? "part-first" : "part-then")
      row.querySelector("[data-name]").textContent = name_of(part)
      row.querySelector("[data-zone]").textContent = name_of({ name: part.zone_name, name_en: part.zone_name_en })
      return row
    })
    list.hidden = rows.length < 2
    list.querySelector("ol").replaceChildren(...rows)
  }

  #paper(state) {
    const line = this.#dialog.querySelector("[data-paper]")
    line.dataset.paper = state
    line.hidden = false
    const said = sentence(`paper-${state}`)
    if (line.textContent !== said) line.textContent = said
    this.must_stay = state === "failed"
    if (state === "waiting") this.#watch()
    else if (state === "printed") this.#leave_after(AFTER_PAPER_S)
    else if (state === "none") this.#leave_after(WITHOUT_PAPER_S)
  }

  #watch() {
    const { id } = this.#ticket
    const since = Date.now()
    const look = async () => {
      const answer = await ask(`${this.#api}/tickets/${encodeURIComponent(id)}`)
      if (this.#ticket?.id !== id) return
      const state = answer.ok ? answer.data.paper : "waiting"
      if (state !== "waiting") return this.#paper(state)
      if (Date.now() - since > PAPER_LIMIT_MS) this.#paper("failed") // until it comes after all
      this.#timers.push(setTimeout(look, LOOK_EVERY_MS))
    }
    this.#timers.push(setTimeout(look, LOOK_EVERY_MS / 2))
  }

  #leave_after(left_s) {
    this.#put("countdown", sentence("back-soon", { n: left_s }))
    if (left_s <= 0) this.#dialog.close()
    else this.#timers.push(setTimeout(() => this.#leave_after(left_s - 1), 1_000))
  }

  #stop() {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
    this.#ticket = null
    this.must_stay = false
    this.#dialog.querySelector("[data-paper]").hidden = true
    this.#put("countdown", "")
  }

  #put(slot, words) {
    this.#dialog.querySelector(`[data-${slot}]`).textContent = words
  }
}
