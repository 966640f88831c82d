// Which calls fill the large place: each as long as it takes to read, the next after it. When many wait for their turn,
// four at a time, so that nobody's number comes up too late.
//
// .now[data-call] is a call in its large form, newest first; those in turn get data-shown. In the list ([data-call] in
// .before) the newest that are not large get it. data-large of the board is how many are large.

const NEW_MS = 5_000 // a call older than this when it is first seen (the server was away) is history
const ALONE_LIMIT = 3 // so many that wait are shown one by one
const TOGETHER = 4
const LISTED = 5
const MOVE_MS = 240

export class CallTurns {
  #board
  #seen = null // until the first look: a board that was off shows how it stands, and nothing that was
  #waiting = []
  #shown = []
  #until = 0

  constructor(board) {
    this.#board = board
  }

  /** How many calls wait for their turn. */
  get waiting() {
    return this.#waiting.length
  }

  look(now) {
    const large = new Map([...this.#board.querySelectorAll(".now[data-call]")].map((call) => [call.dataset.deed, call]))
    this.#line_up(large, now)
    this.#take_turns(large, performance.now()) // a clock that is set must not cut a call short
    this.#mark(large)
  }

  #line_up(large, now) {
    this.#shown = this.#shown.filter((deed) => large.has(deed))
    this.#waiting = this.#waiting.filter((deed) => large.get(deed)?.hasAttribute("data-fresh"))
    this.#seen ??= new Set(large.keys())
    for (const [deed, call] of [...large].reverse()) {
      if (this.#seen.has(deed)) continue
      this.#seen.add(deed)
      if (call.hasAttribute("data-fresh") && now - Date.parse(call.dataset.at) < NEW_MS) this.#waiting.push(deed)
    }
    for (const deed of this.#seen) if (!large.has(deed)) this.#seen.delete(deed)
  }

  #take_turns(large, tick_ms) {
    if (this.#shown.length > 0 && tick_ms < this.#until) return
    if (this.#waiting.length > 0) {
      const together = this.#waiting.length > ALONE_LIMIT ? TOGETHER : 1
      this.#show(this.#waiting.splice(0, together), large, tick_ms)
      return
    }
    const [newest] = large.keys()
    const stays = this.#shown.includes(newest) && this.#shown.some((deed) => large.get(deed).hasAttribute("data-fresh"))
    if (!stays) this.#shown = newest === undefined ? [] : [newest]
  }

  #show(deeds, large, tick_ms) {
    this.#shown = deeds
    this.#until = tick_ms + Number(this.#board.getAttribute("call-shown-s")) * 1_000
    for (const deed of deeds) move_in(large.get(deed))
  }

  #mark(large) {
    for (const [deed, call] of large) call.toggleAttribute("data-shown", this.#shown.includes(deed))
    let listed = 0
    for (const row of this.#board.querySelectorAll(".before [data-call]")) {
      row.toggleAttribute("data-shown", !this.#shown.includes(row.dataset.deed) && (listed += 1) <= LISTED)
    }
    this.#board.setAttribute("data-large", this.#shown.length)
  }
}

function move_in(call) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
  const options = { duration: MOVE_MS, easing: "ease-out" }
  for (const part of call.querySelectorAll(".number, .to")) {
    part.animate([{ opacity: 0.3, transform: "translateY(.08em)" }, { opacity: 1, transform: "none" }], options)
  }
}
