// The manager's floor: cards that are carried or chosen by keys, the panel of a change, and the undo.
//
// The contract with partials/floor.html: [data-card] is a window, section[data-zone] a column, [data-zone-menu] opens
// what is done to all windows of a zone, [data-mobile-menu] a new one, [data-undo] puts a change back.

import "./live.js"
import "./clock.js"
import { Carry } from "./carry.js"
import { ChangePanel } from "./change.js"
import { press } from "./press.js"
import { sentence } from "./sentences.js"

const SAID_MS = 6_000
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

class HallFloor extends HTMLElement {
  #panel
  #carry
  #said = 0
  #focused = null // the window whose card has the focus, to find it again when it moved

  connectedCallback() {
    this.#panel = new ChangePanel(this.querySelector("[data-change]"), this, {
      api: this.getAttribute("api"),
      refused: (answer, say) => this.#refused(answer, say),
      done: (words, how) => this.#tell(words, how),
    })
    this.#carry = new Carry(this, {
      over: (card, zone) => zone && zone !== card.dataset.zone && this.#panel.for_window(card, zone, { focus: false }),
      put: (card, zone) => this.#panel.for_window(card, zone),
      left: (card) => this.#panel.window === card.dataset.window && this.#panel.close({ focus: false }),
    })
    this.addEventListener("click", this.#clicked)
    this.addEventListener("live", this.#viewed)
    this.addEventListener("live-new", this.#newer)
    this.addEventListener("focusin", (event) => (this.#focused = event.target.closest("[data-card]")?.dataset.window ?? null))
    document.addEventListener("keydown", this.#key)
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key)
  }

  #clicked = (event) => {
    const button = event.target.closest("button")
    if (!button) return
    if (button.hasAttribute("data-card")) this.#panel.for_window(button, button.dataset.zone)
    else if (button.dataset.zoneMenu) this.#panel.for_zone(button.dataset.zoneMenu, button)
    else if (button.hasAttribute("data-mobile-menu")) this.#panel.for_mobile(button)
    else if (button.dataset.undo) this.#undo(button)
  }

  // Keys

  #key = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || this.#carry.carrying) return
    if (event.target.closest?.("[data-change]")) return
    if (event.key === "Escape" && this.#panel.open) return this.#panel.close()
    if (event.target.closest?.("input, textarea, select")) return
    const key = event.key.toLowerCase()
    if (ARROWS[event.key]) this.#step(event, ...ARROWS[event.key])
    else if (event.repeat) return
    else if (key === "z") this.querySelector("[data-undo]")?.click()
    else if (key === "n") this.#mobile(event)
  }

  #mobile(event) {
    event.preventDefault() // the letter isn't typed into the field that takes the focus
    this.#panel.for_mobile(this.querySelector("[data-mobile-menu]"))
  }

  /** The nearest card in the direction of the arrow. */
  #step(event, dx, dy) {
    const cards = [...this.querySelectorAll("[data-card][data-window]")]
    const at = event.target.closest?.("[data-card]")
    const to = at ? nearest(at, cards, dx, dy) : cards[0]
    if (!to) return
    event.preventDefault()
    to.focus()
  }

  // Undo

  async #undo(button) {
    const url = `${this.getAttribute("api")}/assignments/${button.dataset.undo}/undo`
    const answer = await press(url, { on: button })
    if (answer.ok) this.#tell(sentence("undone"))
    else this.#refused(answer, (words) => this.#tell(words, "bad"))
  }

  // Words

  #refused(answer, say) {
    say(answer.sentence)
    if (answer.status === 401) location.assign(this.getAttribute("sign-in"))
  }

  #tell(words, how = "good") {
    const says = this.querySelector("[data-done]")
    says.className = `note ${how}`
    says.textContent = words
    says.hidden = false
    clearTimeout(this.#said)
    this.#said = setTimeout(() => (says.hidden = true), SAID_MS)
  }

  // The view

  #viewed = () => {
    this.#carry.redrawn()
    this.#panel.viewed()
    // A card that another one moved away under the focus is followed to where it is.
    if (this.#focused !== null && document.activeElement === document.body) {
      this.querySelector(`[data-card][data-window="${CSS.escape(this.#focused)}"]`)?.focus({ preventScroll: true })
    }
  }

  #newer = (event) => {
    if (this.#panel.open || this.#carry.carrying) event.preventDefault() // the next time the server is back asks again
  }
}

function nearest(at, cards, dx, dy) {
  const from = middle(at)
  let best = null
  let best_far = Infinity
  for (const card of cards) {
    if (card === at) continue
    const to = middle(card)
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy
    const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx)
    const far = along + aside * 3
    if (along > 4 && far < best_far) [best, best_far] = [card, far]
  }
  return best
}

function middle(card) {
  const { left, top, width, height } = card.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2 }
}

customElements.define("hall-floor", HallFloor)
