// Reminds a clerk once of each number that is on hold for too long: one sound, one sentence.
//
// [data-due] with data-number and data-min is such a number.

import { sentence } from "./sentences.js"

const TONES_HZ = [660, 523]
const TONE_S = 0.22
const LOUDNESS = 0.15

export class Reminder {
  #told = null // what was due when the page was opened is not news

  /** The sentence for what became due since the last look, or "". @param {Element} root */
  news(root) {
    const due = [...root.querySelectorAll("hall-live [data-due]")]
    const new_ones = this.#told === null ? [] : due.filter((one) => !this.#told.has(one.dataset.ticket))
    this.#told = new Set(due.map((one) => one.dataset.ticket))
    if (new_ones.length === 0) return ""
    sound()
    const { number, min } = new_ones[0].dataset
    return sentence("held-long", { number, n: min })
  }
}

/** Two soft tones; silence where the browser wants to be touched first. */
function sound() {
  const audio = new AudioContext()
  if (audio.state === "suspended") return void audio.close()
  TONES_HZ.forEach((hertz, place) => {
    const tone = audio.createOscillator()
    const loudness = audio.createGain()
    const from_s = audio.currentTime + 0.02 + place * TONE_S
    tone.frequency.value = hertz
    loudness.gain.setValueAtTime(LOUDNESS, from_s)
    loudness.gain.exponentialRampToValueAtTime(0.001, from_s + TONE_S)
    tone.connect(loudness).connect(audio.destination)
    tone.start(from_s)
    tone.stop(from_s + TONE_S)
    if (place === TONES_HZ.length - 1) tone.addEventListener("ended", () => audio.close())
  })
}
