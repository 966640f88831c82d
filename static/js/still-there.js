// Nobody is sent away unasked: after a while of rest the page asks, and only then begins anew.

const ASKS_S = 20

export class StillThere {
  #dialog
  #then
  #timer = 0

  /** @param {HTMLDialogElement} dialog with [data-left] for the seconds @param {() => void} then */
  constructor(dialog, then) {
    this.#dialog = dialog
    this.#then = then
    dialog.addEventListener("close", () => clearTimeout(this.#timer))
  }

  ask() {
    if (!this.#dialog.open) this.#dialog.showModal()
    this.#count(ASKS_S)
  }

  #count(left_s) {
    this.#dialog.querySelector("[data-left]").textContent = String(left_s)
    if (left_s > 0) this.#timer = setTimeout(() => this.#count(left_s - 1), 1_000)
    else {
      this.#dialog.close()
      this.#then()
    }
  }
}
