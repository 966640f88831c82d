// The number just given: shown enormous, until the paper is out and a moment more.

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
    this.#put("place", zone_name)
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
      if (state !== "waiting") this.#paper(state)
      else if (Date.now() - since > PAPER_LIMIT_MS) this.#paper("failed")
      else this.#timers.push(setTimeout(look, LOOK_EVERY_MS))
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
