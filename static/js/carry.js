// Carrying a card to another column, by mouse, pen or finger.
//
// The contract with the markup: [data-card] is what is carried (with a finger by its [data-grip] alone, so that the
// page still scrolls), section[data-zone] is where it may be put down, [data-drop] is the frame that shows where.
// The card itself stays in its place: what moves is a picture of it, outside the live region.

const BEGINS_AT_PX = 6
const EDGE_PX = 56 // so near to the window's edge the page moves along
const EDGE_STEP_PX = 14

export class Carry {
  #root
  #drop
  #tell
  #from = null // {card, x, y, id}
  #ghost = null
  #over = null
  #at = { x: 0, y: 0 }
  #frame = 0

  /**
   * @param {HTMLElement} root
   * @param {{over: (card: HTMLElement, zone: string | null) => void, put: (card: HTMLElement, zone: string) => void,
   *   left: (card: HTMLElement) => void}} tell over: the card is held above a zone, or above none; put: it was put
   *   down there; left: it was let go elsewhere
   */
  constructor(root, tell) {
    this.#root = root
    this.#drop = root.querySelector("[data-drop]")
    this.#tell = tell
    root.addEventListener("pointerdown", this.#down)
    root.addEventListener("dragstart", (event) => event.preventDefault())
  }

  get carrying() {
    return this.#ghost !== null
  }

  /** The view was drawn anew: columns may have moved, and the card's own look is gone. */
  redrawn() {
    if (!this.#ghost) return
    const card = this.#root.querySelector(`[data-card][data-window="${CSS.escape(this.#from.window)}"]`)
    if (!card) return this.stop()
    this.#from.card = card
    card.classList.add("carried")
    this.#show(this.#over)
  }

  stop() {
    if (!this.#from) return
    const { card } = this.#from
    const carried = this.#ghost !== null
    this.#let_go()
    if (carried) this.#tell.left(card)
  }

  #down = (event) => {
    const card = event.target.closest("[data-card]")
    if (!card || event.button !== 0 || this.#from) return
    if (event.pointerType !== "mouse" && !event.target.closest("[data-grip]")) return
    this.#from = { card, window: card.dataset.window, x: event.clientX, y: event.clientY, id: event.pointerId }
    addEventListener("pointermove", this.#move)
    addEventListener("pointerup", this.#up)
    addEventListener("pointercancel", this.#cancel)
    addEventListener("keydown", this.#key, true)
  }

  #move = (event) => {
    const from = this.#from
    if (event.pointerId !== from.id) return
    const x = event.clientX - from.x
    const y = event.clientY - from.y
    if (!this.#ghost) {
      if (Math.hypot(x, y) < BEGINS_AT_PX) return
      this.#lift(from.card)
    }
    event.preventDefault()
    this.#at = { x: event.clientX, y: event.clientY }
    this.#ghost.style.transform = `translate(${x}px, ${y}px) rotate(-1.2deg)`
    this.#look()
    this.#along()
  }

  /** Which column is under the card now. */
  #look() {
    const column = document.elementFromPoint(this.#at.x, this.#at.y)?.closest("section[data-zone]") ?? null
    const zone = column?.dataset.zone ?? null
    if (zone === this.#over) return
    this.#over = zone
    this.#show(zone)
    this.#tell.over(this.#from.card, zone)
  }

  /** At the upper or lower edge the page scrolls, as long as the card is held there. */
  #along = () => {
    cancelAnimationFrame(this.#frame)
    if (!this.#ghost) return
    const { y } = this.#at
    const step = y < EDGE_PX ? -EDGE_STEP_PX : y > innerHeight - EDGE_PX ? EDGE_STEP_PX : 0
    if (!step) return
    scrollBy(0, step)
    this.#show(this.#over)
    this.#look()
    this.#frame = requestAnimationFrame(this.#along)
  }

  #lift(card) {
    const { left, top, width, height } = card.getBoundingClientRect()
    this.#ghost = card.cloneNode(true)
    for (const name of ["data-card", "data-key", "data-window"]) this.#ghost.removeAttribute(name)
    this.#ghost.setAttribute("aria-hidden", "true")
    this.#ghost.inert = true
    this.#ghost.classList.add("ghost")
    Object.assign(this.#ghost.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` })
    this.#root.append(this.#ghost)
    card.classList.add("carried")
  }

  #show(zone) {
    const column = zone && this.#root.querySelector(`section[data-zone="${CSS.escape(zone)}"]`)
    this.#drop.hidden = !column || zone === this.#from.card.dataset.zone
    if (this.#drop.hidden) return
    const { left, top, width, height } = column.getBoundingClientRect()
    Object.assign(this.#drop.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` })
  }

  #up = (event) => {
    if (event.pointerId !== this.#from.id) return
    const { card } = this.#from
    const carried = this.#ghost !== null
    const zone = this.#over
    this.#let_go()
    if (!carried) return
    addEventListener("click", swallow, { capture: true, once: true }) // the click that ends a carry is none
    setTimeout(() => removeEventListener("click", swallow, { capture: true }))
    if (zone && zone !== card.dataset.zone) this.#tell.put(card, zone)
    else this.#tell.left(card)
  }

  #cancel = () => this.stop()

  #key = (event) => {
    if (event.key !== "Escape" || !this.#ghost) return
    event.preventDefault()
    event.stopPropagation()
    this.stop()
  }

  #let_go() {
    removeEventListener("pointermove", this.#move)
    removeEventListener("pointerup", this.#up)
    removeEventListener("pointercancel", this.#cancel)
    removeEventListener("keydown", this.#key, true)
    cancelAnimationFrame(this.#frame)
    this.#ghost?.remove()
    this.#from?.card.classList.remove("carried")
    this.#drop.hidden = true
    this.#ghost = this.#from = this.#over = null
  }
}

function swallow(event) {
  event.preventDefault()
  event.stopPropagation()
}
