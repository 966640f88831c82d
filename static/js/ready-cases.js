// Which cases (办件) of a ticket are ready to be collected, and whether this phone has rung for them already.
//
// data-cases of the ticket names them: "812:ready 813:in_office". One that was set back may ring again when it is ready;
// when all were handed over nothing more is remembered.

import { forget, recall, remember } from "./remembering.js"

export class ReadyCases {
  #name
  #ready = []
  #rung = []

  constructor(ticket) {
    this.#name = `ready ${ticket}`
  }

  /** @param {string} cases as data-cases has them */
  look(cases) {
    const states = new Map(cases.split(" ").filter(Boolean).map((one) => one.split(":")))
    this.#ready = [...states.keys()].filter((id) => states.get(id) === "ready")
    const over = [...states.values()].every((state) => state === "handed_over")
    const rung = over ? "" : (recall(this.#name) ?? "")
    this.#rung = rung.split(" ").filter((id) => id && states.get(id) !== "in_office")
    this.#keep()
  }

  /** Whether any can be collected. */
  get ready() {
    return this.#ready.length > 0
  }

  /** Whether one of them is ready that was not told of. */
  get is_news() {
    return this.#ready.some((id) => !this.#rung.includes(id))
  }

  told() {
    this.#rung = [...new Set([...this.#rung, ...this.#ready])]
    this.#keep()
  }

  #keep() {
    if (this.#rung.length > 0) remember(this.#name, this.#rung.join(" "))
    else forget(this.#name)
  }
}
