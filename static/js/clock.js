// The hall's clock and how long something has lasted, both by the server's time.
//
//   <hall-clock now="2026-11-23T09:42:00+08:00" timezone="Asia/Shanghai">09:42</hall-clock>
//   <hall-clock now="…" timezone="…" show="day">11月23日 星期一</hall-clock>
//   <hall-clock now="…" timezone="…" show="weekday">星期一</hall-clock>
//   <hall-timer since="2026-11-23T09:40:00+08:00">04:26</hall-timer>
//
// A page's first hall-clock tells the script what the server's time is.

const TICK_MS = 1_000

let ahead_ms = null

/** The server's present moment in milliseconds, as far as the page knows. */
export function server_now() {
  if (ahead_ms === null) {
    const told = document.querySelector("hall-clock[now]")?.getAttribute("now")
    ahead_ms = told ? Date.parse(told) - (performance.timeOrigin + loaded_ms()) : 0
  }
  return Date.now() + ahead_ms
}

function loaded_ms() {
  return performance.getEntriesByType("navigation")[0]?.responseStart ?? 0
}

class Ticking extends HTMLElement {
  #timer = 0

  connectedCallback() {
    this.setAttribute("data-own", "")
    this.#draw()
    this.#timer = setInterval(() => this.#draw(), TICK_MS)
  }

  disconnectedCallback() {
    clearInterval(this.#timer)
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#draw()
  }

  #draw() {
    const words = this.words()
    if (this.textContent !== words) this.textContent = words
  }
}

class HallClock extends Ticking {
  words() {
    const now = server_now()
    const show = this.getAttribute("show")
    if (show === "day") return this.#day(now)
    if (show === "weekday") return this.#format({ weekday: "long" }).format(now)
    return this.#format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now)
  }

  #day(now) {
    const weekday = this.#format({ weekday: "long" }).format(now)
    const day = this.#format({ day: "numeric", month: "long" }).format(now)
    return document.documentElement.lang === "en" ? `${weekday} ${day}` : `${day} ${weekday}`
  }

  #format(parts) {
    const lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN"
    return new Intl.DateTimeFormat(lang, { ...parts, timeZone: this.getAttribute("timezone") ?? undefined })
  }
}

class HallTimer extends Ticking {
  static observedAttributes = ["since"]

  words() {
    const seconds = Math.max(0, Math.floor((server_now() - Date.parse(this.getAttribute("since"))) / 1000))
    const two = (n) => String(n).padStart(2, "0")
    const minutes = Math.floor(seconds / 60)
    return minutes < 60
      ? `${two(minutes)}:${two(seconds % 60)}`
      : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
  }
}

customElements.define("hall-clock", HallClock)
customElements.define("hall-timer", HallTimer)
