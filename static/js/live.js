// A live region: <hall-live view="board" api="/api/halls/x" lang="zh-CN">…</hall-live>.
//
// Follows {api}/live?view=…&as=html and makes the region look like what comes, whole or in a part. Events, all bubbling:
//   live       a view came; detail {number, view}
//   live-lost  no view for a while; live-back  the server is there again
//   live-new   the server was restarted with other pages; the page reloads unless that is prevented
// With the attribute steady, what comes doesn't move what is under the finger (steady.js).
// A button that was busy when a view came is drawn as it says when press.js tells that it is answered.
// What fails is said in the page's [data-away] notice, with the age of the last view.
//
// A machine that slept wakes with a socket that looks well and is dead. So a page that is seen again, or online again,
// makes sure at once: what should have been heard long ago is connected anew, what is doubtful is asked.

import { patch } from "./patch.js"
import { sentence } from "./sentences.js"
import { steadily } from "./steady.js"

const SILENCE_LIMIT_MS = 25_000
const HEARTBEAT_LIMIT_MS = 12_000 // the server's heart beats every 10 s
const CHECK_LIMIT_MS = 3_000 // a slow network is not a dead one
const HURRY_GAP_MS = 3_000 // however often a page wakes, it doesn't connect more often for that
const BACKOFF_FIRST_MS = 500
const BACKOFF_LIMIT_MS = 10_000
const SAY_AFTER_MS = 2_500 // a blip shorter than this is nobody's business
const SIGNED_OUT = 4401 // the close code when a session or a machine's token was taken back
const WATCH_EVERY_MS = 1_000
const WAKINGS = [
  [globalThis, "online"],
  [globalThis, "offline"],
  [globalThis, "pageshow"],
  [document, "visibilitychange"],
  [document, "resume"],
]

export class Live extends HTMLElement {
  #socket = null
  #backoff_ms = BACKOFF_FIRST_MS
  #retry = 0
  #watch = 0
  #check = 0
  #hurried_at = 0
  #heard_at = 0
  #view_at = Date.now()
  #lost_at = null
  #lost = false
  #html = null
  #latest = null
  #owed = false // a busy button is not as the latest view says

  connectedCallback() {
    this.#lost_at = Date.now()
    this.#connect()
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY_MS)
    for (const [where, woken] of WAKINGS) where.addEventListener(woken, this.#hurry)
    this.addEventListener("answered", this.#pay)
  }

  disconnectedCallback() {
    clearInterval(this.#watch)
    clearTimeout(this.#retry)
    for (const [where, woken] of WAKINGS) where.removeEventListener(woken, this.#hurry)
    this.#drop()
    notice(null)
  }

  /** Whether the view shown is the server's present one. */
  get connected() {
    return this.#lost_at === null
  }

  /** Tell the server something over the same socket, for pages that are devices. False while it is away. */
  say(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(message))
    return true
  }

  #connect() {
    const url = new URL(`${this.getAttribute("api")}/live`, location.href)
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:"
    url.searchParams.set("view", this.getAttribute("view"))
    url.searchParams.set("as", "html")
    url.searchParams.set("lang", this.getAttribute("lang") ?? document.documentElement.lang)
    const token = this.getAttribute("token")
    if (token) url.searchParams.set("token", token)
    this.#heard_at = Date.now()
    const socket = new WebSocket(url)
    this.#socket = socket
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data))
    socket.onclose = ({ code }) => socket === this.#socket && (code === SIGNED_OUT ? location.reload() : this.#gone())
  }

  #hear(frame) {
    this.#heard_at = Date.now()
    this.#is_sure()
    const was_away = this.#lost_at !== null
    if (frame.view === undefined && was_away) return // a heartbeat alone doesn't make an old view new
    this.#view_at = Date.now()
    this.#lost_at = null
    this.#backoff_ms = BACKOFF_FIRST_MS
    if (this.#lost) this.#back()
    if (frame.part !== undefined) this.#show_part(frame)
    if (frame.view !== undefined) this.#show(frame)
  }

  #show(frame) {
    const { view, number, data } = (this.#latest = frame)
    const draw = () => {
      const whole = data === this.#html || patch(this, data)
      this.#html = whole ? data : null
      this.#owed = !whole
      this.#tell("live", { number, view })
    }
    if (this.hasAttribute("steady")) steadily(this, draw)
    else draw()
  }

  #pay = () => this.#owed && this.#show(this.#latest)

  /** A piece that can't wait for the whole view: [data-part] names its place. */
  #show_part({ part, data }) {
    const place = this.querySelector(`[data-part="${CSS.escape(part)}"]`)
    if (place) patch(place, data)
    this.#html = null // the next view is drawn, though it may be as the last one was
  }

  #back() {
    this.#lost = false
    notice(null)
    this.#tell("live-back")
    this.#ask_for_new_pages()
  }

  #gone() {
    this.#drop()
    this.#lost_at ??= Date.now()
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#connect(), this.#backoff_ms * (0.5 + Math.random()))
    this.#backoff_ms = Math.min(this.#backoff_ms * 2, BACKOFF_LIMIT_MS)
  }

  #drop() {
    this.#is_sure()
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #look() {
    const now = Date.now()
    if (this.#socket && now - this.#heard_at > SILENCE_LIMIT_MS) this.#gone()
    if (this.#lost_at === null || now - this.#lost_at < SAY_AFTER_MS) return
    notice(now - this.#view_at)
    if (!this.#lost) {
      this.#lost = true
      this.#tell("live-lost")
    }
  }

  #hurry = ({ type, persisted }) => {
    if (document.hidden || (type === "pageshow" && !persisted)) return
    const now = Date.now()
    if (!this.#socket || now - this.#heard_at > HEARTBEAT_LIMIT_MS) this.#connect_soon(now)
    else this.#make_sure()
  }

  #make_sure() {
    if (this.#check) return
    this.say({ check: true })
    this.#check = setTimeout(() => this.#connect_soon(Date.now()), CHECK_LIMIT_MS)
  }

  #is_sure() {
    clearTimeout(this.#check)
    this.#check = 0
  }

  #connect_soon(now) {
    this.#drop()
    this.#lost_at ??= this.#heard_at
    this.#backoff_ms = BACKOFF_FIRST_MS
    clearTimeout(this.#retry)
    const at = this.#hurried_at > now ? this.#hurried_at : Math.max(now, this.#hurried_at + HURRY_GAP_MS)
    if (navigator.onLine) this.#hurried_at = at // a try without a network costs nobody anything
    this.#retry = setTimeout(() => this.#connect(), at - now)
  }

  async #ask_for_new_pages() {
    const ours = document.querySelector("meta[name=hall]").dataset.static
    try {
      const page = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text()
      if (page.includes('name="hall"') && !page.includes(`data-static="${ours}"`) && this.#tell("live-new")) {
        location.reload()
      }
    } catch {
      // away again: the next time back asks again
    }
  }

  #tell(name, detail = null) {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }))
  }
}

function notice(age_ms) {
  const bar = document.querySelector("[data-away]")
  if (!bar) return
  if (age_ms === null) {
    bar.hidden = true
    return
  }
  const seconds = Math.round(age_ms / 1000)
  bar.hidden = false
  put(bar.querySelector("[data-away-says]"), sentence("away-screen"))
  put(
    bar.querySelector("[data-away-age]"),
    seconds < 120
      ? sentence("away-age-seconds", { n: seconds })
      : sentence("away-age-minutes", { n: Math.round(seconds / 60) }),
  )
}

function put(element, words) {
  if (element.textContent !== words) element.textContent = words
}

customElements.define("hall-live", Live)
