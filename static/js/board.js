// The board: calls in turn, notices when it is calm, queues page by page, a line at its foot; and a call that grew old turns calm even
// while the server is away.
//
//   <hall-board call-shown-s="6" calm-s="60" page-s="12" ticker-s="10" queues-s="8">, the live region inside.
//
// The contract with partials/board.html: [data-call][data-deed][data-at] is a call, newest first; [data-fresh] says
// that it is still being called; [data-line] are the lines at its foot, one seen at a time.

import "./live.js"
import "./announcer.js"
import { CallTurns } from "./call-turns.js"
import { CalmPages } from "./calm-pages.js"
import { ListPages } from "./list-pages.js"
import { server_now } from "./clock.js"

const FRESH_MS = 60_000
const LOOK_EVERY_MS = 250

class HallBoard extends HTMLElement {
  #timer = 0
  #turns = new CallTurns(this)
  #pages = new CalmPages(this)
  #lists = new ListPages(this)

  connectedCallback() {
    this.addEventListener("live", this.#look)
    addEventListener("resize", this.#look)
    this.#timer = setInterval(this.#look, LOOK_EVERY_MS)
    this.#look()
  }

  disconnectedCallback() {
    this.removeEventListener("live", this.#look)
    removeEventListener("resize", this.#look)
    clearInterval(this.#timer)
  }

  #look = () => {
    const now = server_now()
    this.#calm(now)
    this.#turns.look(now)
    this.#pages.look(now, this.#turns.waiting)
    this.#lists.look(now)
    this.#line(now)
  }

  #calm(now) {
    for (const call of this.querySelectorAll("[data-call][data-fresh]")) {
      if (now - Date.parse(call.dataset.at) > FRESH_MS) call.removeAttribute("data-fresh")
    }
  }

  /** By the clock, so that all boards of a hall show the same line. */
  #line(now) {
    const lines = this.querySelectorAll("[data-line]")
    const turn = Math.floor(now / (Number(this.getAttribute("ticker-s")) * 1_000))
    lines.forEach((line, place) => line.toggleAttribute("data-shown", place === turn % lines.length))
  }
}

customElements.define("hall-board", HallBoard)
