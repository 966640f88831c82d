// A bell of two tones, made here. A phone lets a page sound only after a finger asked for it.

const TONES_HZ = [880, 660, 880, 660]
const TONE_S = 0.28
const VIBRATION_MS = [300, 150, 300, 150, 500]

export class Bell {
  #audio = null

  get on() {
    return this.#audio !== null
  }

  /** From a click only. One short tone tells that it works. */
  arm() {
    this.#audio = new AudioContext()
    this.#sound(TONES_HZ.slice(0, 1))
  }

  quiet() {
    this.#audio?.close()
    this.#audio = null
  }

  ring() {
    if (!this.on) return
    this.#audio.resume()
    this.#sound(TONES_HZ)
    navigator.vibrate?.(VIBRATION_MS)
  }

  #sound(tones_hz) {
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
