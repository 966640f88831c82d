// A region is drawn anew without moving what somebody has under the finger, the pointer or the focus: while a press is
// under way the drawing waits for its end, and after it the page is scrolled by as much as the place has moved.

let pointer = null // where it was last, in the window
let down = false
const waiting = new Map() // region -> what is drawn when the press is over

/** @param {HTMLElement} region @param {() => void} draw */
export function steadily(region, draw) {
  if (down && region.contains(under())) waiting.set(region, draw) // an older drawing that waits is out of date
  else in_place(region, draw)
}

function in_place(region, draw) {
  const held = [document.activeElement, under()].find((one) => one !== region && region.contains(one))
  const top = held?.getBoundingClientRect().top
  draw()
  if (!held?.isConnected) return
  const moved = held.getBoundingClientRect().top - top
  if (moved) scrollBy({ top: moved, behavior: "instant" })
}

function under() {
  return pointer && document.elementFromPoint(pointer.x, pointer.y)
}

function up() {
  down = false
  // After the click that the press becomes.
  setTimeout(() => {
    for (const [region, draw] of waiting) if (region.isConnected) in_place(region, draw)
    waiting.clear()
  })
}

function seen(event) {
  pointer = { x: event.clientX, y: event.clientY }
  if (event.type === "pointerdown") down = true
}

addEventListener("pointermove", seen, { capture: true, passive: true })
addEventListener("pointerdown", seen, { capture: true, passive: true })
addEventListener("pointerup", up, { capture: true })
addEventListener("pointercancel", up, { capture: true })
