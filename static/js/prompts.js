// The kiosk's voice in large print: one sentence at a time, and silence when there is none.

export class Prompts {
  #api
  #sound = new Audio()

  constructor(api) {
    this.#api = api
  }

  /** @param {string} name @param {Record<string, string | number>} values */
  say(name, values = {}) {
    const query = new URLSearchParams({ ...values, lang: document.documentElement.lang })
    this.#sound.pause()
    this.#sound.src = `${this.#api}/voice/prompts/${name}.wav?${query}`
    this.#sound.play().catch(() => {}) // no voice here, or nobody has touched the page yet: the words stand on it
  }

  hush() {
    this.#sound.pause()
  }
}
