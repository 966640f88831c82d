// Nobody has touched the page for a while.

const TOUCHES = ["pointerdown", "keydown", "wheel"]

export class Idle {
  #timer = 0
  #untouched = true

  /** Calls `then` once after each use of the page that is followed by `after_ms` of rest. */
  constructor(after_ms, then) {
    const touched = () => {
      this.#untouched = false
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => {
        if (!this.#untouched) then()
        this.#untouched = true
      }, after_ms)
    }
    for (const touch of TOUCHES) addEventListener(touch, touched, { passive: true, capture: true })
    touched()
  }
}
