// A calm board shows notices and matters of the guide ([data-page]) in turn with the last call, and goes back to the
// call at once when there is one. data-calm of the board says that one of them stands in the large place.

export class CalmPages {
  #board
  #since = null

  constructor(board) {
    this.#board = board
  }

  look(now, waiting) {
    const pages = this.#board.querySelectorAll("[data-page]")
    if (pages.length === 0 || waiting > 0 || !this.#is_calm(now)) this.#since = null
    else this.#since ??= now
    const place = this.#since === null ? 0 : this.#place(now, pages.length + 1)
    pages.forEach((page, number) => (page.hidden = number + 1 !== place))
    this.#board.toggleAttribute("data-calm", place > 0)
  }

  /** 0 is the call, or the welcome. Where somebody was called it has stood there long enough. */
  #place(now, places) {
    const called = this.#board.querySelector(".now[data-call]") !== null
    const turn = Math.floor((now - this.#since) / this.#ms("page-s"))
    return (turn + (called ? 1 : 0)) % places
  }

  #is_calm(now) {
    const calls = [...this.#board.querySelectorAll("[data-call]")]
    if (calls.some((call) => call.hasAttribute("data-fresh"))) return false
    return calls.every((call) => now - Date.parse(call.dataset.at) >= this.#ms("calm-s"))
  }

  #ms(name) {
    return Number(this.#board.getAttribute(name)) * 1_000
  }
}
