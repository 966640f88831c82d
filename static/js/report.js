// How this page's loudspeaker is and what it did, told to the server over the page's own live socket.
//
// Only a page that is a device tells it: <hall-announcer reports …>. Others speak all the same, unasked.

const EVERY_MS = 3_000 // the server takes a machine that is silent for 8 s for away
const CAUSES = ["muted", "locked", "voice_unavailable", "player_failed"] // the manager's page has words for these
const OWED_LIMIT = 50
const NAME_LIMIT = 60

export class Report {
  #host
  #state = "well"
  #cause = null
  #owed = []
  #timer = 0

  constructor(host) {
    this.#host = host
  }

  start() {
    if (!this.#host.hasAttribute("reports")) return
    document.addEventListener("live", this.#settle)
    this.#timer = setInterval(() => this.#tell(), EVERY_MS)
  }

  stop() {
    document.removeEventListener("live", this.#settle)
    clearInterval(this.#timer)
  }

  /** A call was said (no cause), or wasn't. */
  confirm(deed, cause = null) {
    const outcome = cause ? { outcome: "not_spoken", cause } : { outcome: "spoken" }
    this.#owed = [...this.#owed, { confirm: Number(deed), ...outcome }].slice(-OWED_LIMIT)
    this.#settle()
  }

  /** "well", or "mute" for a cause. */
  be(state, cause = null) {
    if (cause !== null && !CAUSES.includes(cause)) throw new RangeError(`no such cause: ${cause}`)
    if (state === this.#state && cause === this.#cause) return
    this.#state = state
    this.#cause = cause
    this.#tell()
  }

  #settle = () => {
    while (this.#owed.length > 0 && this.#say(this.#owed[0])) this.#owed.shift()
    this.#tell()
  }

  #tell() {
    const name = decodeURI(location.pathname + location.search).slice(0, NAME_LIMIT)
    const area = this.#host.getAttribute("area")
    this.#say({ health: { kind: "voice", name, area, state: this.#state, cause: this.#cause, behind: this.#owed.length } })
  }

  #say(message) {
    return this.#host.hasAttribute("reports") && (document.querySelector("hall-live")?.say(message) ?? false)
  }
}
