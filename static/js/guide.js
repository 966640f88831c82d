// The guide: results while one types, letters for a screen without a keyboard, a number, a print.
// The server draws every result; this only asks for the same page sooner and puts its results in place.

import { print_guide } from "./guide-paper.js"
import { press } from "./press.js"

const ASK_AFTER_MS = 150
const TOUCH_HOME_AFTER_MS = 120_000

class Guide extends HTMLElement {
  #timer = 0
  #asked = 0
  #home = 0

  connectedCallback() {
    this.addEventListener("input", () => this.#soon())
    this.addEventListener("submit", (event) => this.#submitted(event))
    this.addEventListener("click", (event) => this.#clicked(event))
    this.#show_line()
    if (!document.documentElement.classList.contains("touch")) return
    for (const touch of ["pointerdown", "keydown", "wheel"]) addEventListener(touch, () => this.#rest(), { passive: true })
    this.#rest()
  }

  get #field() {
    return this.querySelector("[name=q]")
  }

  // The chosen line is in sight, where the lines are a strip.
  #show_line() {
    const chosen = this.querySelector("[data-strip] [aria-current]")
    const strip = chosen?.parentElement
    if (strip) strip.scrollLeft = chosen.offsetLeft + chosen.offsetWidth / 2 - strip.clientWidth / 2
  }

  #submitted(event) {
    event.preventDefault()
    this.#find()
  }

  #soon() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#find(), ASK_AFTER_MS)
  }

  async #find() {
    clearTimeout(this.#timer)
    const asked = ++this.#asked
    const query = new URLSearchParams(new FormData(this.querySelector("form")))
    const url = `${location.pathname}?${query}`
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" } })
      const page = new DOMParser().parseFromString(await answer.text(), "text/html")
      const results = page.querySelector("[data-results]")
      if (asked !== this.#asked || !results) return // something newer was typed
      this.querySelector("[data-results]").replaceWith(results)
      this.#show_line()
      history.replaceState(null, "", url)
    } catch {
      // The server is away: what is shown stays, and the next letter asks again.
    }
  }

  #clicked(event) {
    const { target } = event
    const letter = target.closest("[data-letter]")
    const sample = target.closest("[data-sample]")
    const take = target.closest("[data-take]")
    if (letter) this.#type(this.#field.value + letter.dataset.letter)
    else if (target.closest("[data-erase]")) this.#type(this.#field.value.slice(0, -1))
    else if (target.closest("[data-paper-of]")) print_guide(target.closest("[data-paper-of]"), this.querySelector("[data-said]"))
    else if (target.closest("[data-print]")) print()
    else if (sample) this.#enlarge(event, sample)
    else if (take && take.dataset.channel === "phone") this.#take(event, take)
  }

  #type(letters) {
    this.#field.value = letters
    this.#soon()
  }

  #enlarge(event, sample) {
    event.preventDefault()
    const dialog = document.querySelector("[data-sample-shown]")
    dialog.querySelector("img").src = sample.href
    dialog.querySelector("img").alt = sample.textContent.trim()
    dialog.showModal()
  }

  async #take(event, link) {
    event.preventDefault()
    const { api } = document.querySelector("meta[name=hall]").dataset
    const body = { item: link.dataset.take, channel: "phone", language: document.documentElement.lang }
    const answer = await press(`${api}/tickets`, { body, on: link })
    if (answer.ok) location.assign(answer.data.follow_url)
    else this.querySelector("[data-said]").textContent = answer.sentence
  }

  // On the touch screen of the hall the next person finds the kiosk's start.
  #rest() {
    clearTimeout(this.#home)
    this.#home = setTimeout(() => location.assign(`${document.querySelector("meta[name=hall]").dataset.base}/kiosk`), TOUCH_HOME_AFTER_MS)
  }
}

customElements.define("hall-guide", Guide)
