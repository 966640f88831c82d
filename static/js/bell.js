// A bell of two tones, made here, and the phone's own shaking. Whether it rings is remembered.
//
// A phone lets a page sound only after a finger touched it. A bell that had to ring before that rings at the first
// touch, unless it was calmed meanwhile.

import { recall, remember } from "./remembering.js"

const CHOICE = "bell"
const TONES_HZ = [880, 660, 880, 660]
const TONE_S = 0.28
const VIBRATION_MS = [300, 150, 300, 150, 500]

export class Bell {
  #audio = null
  #on = recall(CHOICE) === "on"
  #owed = false
  #changed

  /** @param {() => void} changed is called when the browser lets it sound, or no longer does */
  constructor(changed) {
    this.#changed = changed
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.#on && this.wake(), true)
    if (this.#on) this.#open()
  }

  get on() {
    return this.#on
  }

  /** Whether it would be heard if it rang now. A browser without sound may still shake. */
  get may_sound() {
    return !("AudioContext" in globalThis) || this.#audio?.state === "running"
  }

  /** From a click only. One short tone tells that it works. */
  arm() {
    this.#on = true
    remember(CHOICE, "on")
    this.#open()
    this.#sound(TONES_HZ.slice(0, 1))
  }

  quiet() {
    this.#on = false
    this.#owed = false
    remember(CHOICE, "off")
    this.#audio?.close()
    this.#audio = null
  }

  ring() {
    if (!this.#on) return
    navigator.vibrate?.(VIBRATION_MS)
    this.#owed = true
    this.wake()
  }

  /** What it would have rung for is over. */
  calm() {
    this.#owed = false
  }

  /** The page was touched, or seen again after sleep. */
  wake() {
    this.#open()
    this.#audio?.resume?.().then(() => this.#pay(), () => {})
    this.#pay()
  }

  #pay() {
    if (!this.#owed || this.#audio?.state !== "running") return
    this.#owed = false
    this.#sound(TONES_HZ)
  }

  #open() {
    if (this.#audio) return
    try {
      this.#audio = new AudioContext()
    } catch {
      return // no sound in this browser: it shakes, and the page shows
    }
    this.#audio.onstatechange = () => {
      this.#pay()
      this.#changed()
    }
  }

  #sound(tones_hz) {
    if (!this.#audio) return
    const start_s = this.#audio.currentTime + 0.02
    tones_hz.forEach((hertz, place) => {
      const tone = this.#audio.createOscillator()
      const loudness = this.#audio.createGain()
      const from_s = start_s + place * TONE_S
      tone.frequency.value = hertz
      loudness.gain.setValueAtTime(0.4, from_s)
      loudness.gain.exponentialRampToValueAtTime(0.001, from_s + TONE_S)
      tone.connect(loudness).connect(this.#audio.destination)
      tone.start(from_s)
      tone.stop(from_s + TONE_S)
    })
  }
}
