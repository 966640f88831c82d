// The board: a new call moves in once, and a call that grew old turns calm even while the server is away.
//
// The contract with partials/board.html: [data-call][data-deed][data-at] is a call, newest first;
// [data-fresh] says that it is still being called.

import "./live.js"
import "./announcer.js"
import { server_now } from "./clock.js"

const FRESH_MS = 60_000
const LOOK_EVERY_MS = 1_000
const MOVE_MS = 240

class HallBoard extends HTMLElement {
  #deed = null
  #timer = 0

  connectedCallback() {
    this.#deed = this.#newest?.dataset.deed ?? null
    this.addEventListener("live", this.#look)
    this.#timer = setInterval(() => this.#calm(), LOOK_EVERY_MS)
    this.#calm()
  }

  disconnectedCallback() {
    this.removeEventListener("live", this.#look)
    clearInterval(this.#timer)
  }

  get #newest() {
    return this.querySelector("[data-call]")
  }

  #look = () => {
    this.#calm()
    const call = this.#newest
    const deed = call?.dataset.deed ?? null
    if (deed === this.#deed) return
    this.#deed = deed
    if (call?.hasAttribute("data-fresh")) this.#move_in(call)
  }

  #calm() {
    const now = server_now()
    for (const call of this.querySelectorAll("[data-call][data-fresh]")) {
      if (now - Date.parse(call.dataset.at) > FRESH_MS) call.removeAttribute("data-fresh")
    }
  }

  #move_in(call) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
    const options = { duration: MOVE_MS, easing: "ease-out" }
    for (const part of call.querySelectorAll(".number, .to")) {
      part.animate([{ opacity: 0.3, transform: "translateY(.08em)" }, { opacity: 1, transform: "none" }], options)
    }
  }
}

customElements.define("hall-board", HallBoard)
