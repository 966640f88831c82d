// Keeps a phone's screen on while its number is near, where the browser can and the battery allows.

export class Awake {
  #lock = null
  #asking = false
  #wanted = false

  constructor() {
    document.addEventListener("visibilitychange", () => this.#hold()) // a hidden page loses its lock
  }

  /** @param {boolean} wanted */
  keep(wanted) {
    this.#wanted = wanted
    if (wanted) this.#hold()
    else this.#let_go()
  }

  async #hold() {
    if (!this.#wanted || document.hidden || this.#asking || (this.#lock && !this.#lock.released)) return
    this.#asking = true
    try {
      this.#lock = await navigator.wakeLock.request("screen")
    } catch {
      // no such thing here, or the battery is low: the screen goes dark as it always does
    }
    this.#asking = false
    if (!this.#wanted) this.#let_go()
  }

  #let_go() {
    this.#lock?.release().catch(() => {})
    this.#lock = null
  }
}
