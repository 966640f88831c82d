// The number of a missed call, typed with a finger or on a keyboard: letters first, then digits.

const LETTERS_LIMIT = 2
const DIGITS_LIMIT = 4
const DIGITS_LEAST = 3

export class Keypad {
  #panel
  #typed
  #letters = ""
  #digits = ""

  /** Fires `return` on the panel, detail {number, button}. */
  constructor(panel) {
    this.#panel = panel
    this.#typed = panel.querySelector("[data-typed]")
    panel.addEventListener("click", ({ target }) => this.#press(target.closest("button")))
    panel.addEventListener("keydown", (event) => this.#key(event))
    this.clear()
  }

  clear() {
    const letters = this.#panel.querySelectorAll("[data-letter]")
    this.#letters = letters.length === 1 ? letters[0].dataset.letter : ""
    this.#digits = ""
    this.#draw()
  }

  #press(button) {
    if (!button) return
    const { letter, digit } = button.dataset
    if (letter !== undefined) this.#letters = letter
    else if (digit !== undefined) this.#digits = (this.#digits + digit).slice(0, DIGITS_LIMIT)
    else if ("erase" in button.dataset) this.#erase()
    else if ("return" in button.dataset) this.#send(button)
    else return
    this.#draw()
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const key = event.key.toUpperCase()
    if (/^[0-9]$/.test(key)) this.#digits = (this.#digits + key).slice(0, DIGITS_LIMIT)
    else if (/^[A-Z]$/.test(key)) this.#letters = this.#spell(key)
    else if (key === "BACKSPACE") this.#erase()
    else if (key === "ENTER" && this.#whole && !event.target.closest("[data-close], [data-erase], [data-return]")) {
      event.preventDefault() // the focus may rest on the last digit pressed: Enter means "done", not "again"
      this.#send(this.#panel.querySelector("[data-return]"))
    } else return
    this.#draw()
  }

  #spell(key) {
    const known = [...this.#panel.querySelectorAll("[data-letter]")].map((button) => button.dataset.letter)
    const longer = this.#digits === "" ? this.#letters + key : key
    const fits = (word) => word.length <= LETTERS_LIMIT && known.some((prefix) => prefix.startsWith(word))
    return fits(longer) ? longer : fits(key) ? key : this.#letters
  }

  #erase() {
    if (this.#digits) this.#digits = this.#digits.slice(0, -1)
    else if (this.#panel.querySelectorAll("[data-letter]").length > 1) this.#letters = ""
  }

  get #whole() {
    return this.#letters !== "" && this.#digits.length >= DIGITS_LEAST
  }

  #send(button) {
    if (!this.#whole) return
    this.#panel.dispatchEvent(new CustomEvent("return", { detail: { number: this.#letters + this.#digits, button } }))
  }

  #draw() {
    this.#typed.textContent = this.#letters + this.#digits
    this.#typed.dataset.left = "·".repeat(Math.max(0, DIGITS_LEAST - this.#digits.length))
    for (const button of this.#panel.querySelectorAll("[data-letter]")) {
      button.setAttribute("aria-pressed", String(button.dataset.letter === this.#letters))
    }
    const back = this.#panel.querySelector("[data-return]")
    if (!back.hasAttribute("data-busy")) back.disabled = !this.#whole
  }
}
