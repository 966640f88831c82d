// The back office: cases under way, to collect, and handed over today; by keyboard first.
//
// ↑ and ↓ go from case to case, a letter presses the button of the case that has the focus, F looks for one, U takes the
// last press back. What is looked for is drawn by the server (/office/found) in the place of the lists, and again
// whenever the live region changes.

import "./live.js"
import { patch } from "./patch.js"
import { press } from "./press.js"
import { sentence } from "./sentences.js"

const LOOK_AFTER_MS = 180
const KEYS = {
  r: ["ready"],
  c: ["ready_call", "call"],
  s: ["supplied"],
  w: ["window"],
  p: ["post"],
  l: ["self_pickup"],
  b: ["in_office", "kept"],
}
const DOES = {
  ready: ["PUT", "cases/{case}/state", { state: "ready" }],
  ready_call: ["PUT", "cases/{case}/state", { state: "ready", call: true }],
  call: ["PUT", "cases/{case}/state", { state: "ready", call: true }],
  uncall: ["POST", "tickets/{ticket}/cancellation", {}],
  in_office: ["PUT", "cases/{case}/state", { state: "in_office" }],
  kept: ["PUT", "cases/{case}/state", { state: "ready" }],
  supplied: ["PUT", "cases/{case}/supplied", { supplied: true }],
  not_supplied: ["PUT", "cases/{case}/supplied", { supplied: false }],
  window: ["POST", "cases/{case}/handover", { way: "window" }],
  post: ["POST", "cases/{case}/handover", { way: "post" }],
  self_pickup: ["POST", "cases/{case}/handover", { way: "self_pickup" }],
}
const UNDONE_BY = {
  ready: "in_office",
  ready_call: "in_office",
  call: "uncall",
  uncall: "call",
  in_office: "ready",
  supplied: "not_supplied",
  not_supplied: "supplied",
  window: "kept",
  post: "kept",
  self_pickup: "kept",
}

class Office extends HTMLElement {
  #api = document.querySelector("meta[name=hall]").dataset.api
  #input = this.querySelector("[data-find] input")
  #found = this.querySelector("[data-found]")
  #bar = this.querySelector("[data-bar]")
  #undo = this.querySelector("[data-undo]")
  #last = null // {case, ticket, number, press, way}: what U takes back
  #doing = Promise.resolve() // the press under way: a quick U takes that back, and not the one before
  #presses = 0
  #place = null // {list, index}: where the focus was, to stay there when its case leaves the list
  #looking = 0
  #asked = 0
  #finding = null

  connectedCallback() {
    this.addEventListener("click", ({ target }) => this.#click(target.closest("button")))
    this.addEventListener("focusin", ({ target }) => this.#remember(target))
    this.addEventListener("live", () => this.#changed())
    this.#input.addEventListener("input", () => this.#look_soon())
    this.querySelector("[data-find]").addEventListener("submit", (event) => this.#scanned(event))
    document.addEventListener("keydown", (event) => this.#key(event))
    if (this.#input.value) this.#look()
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    const typing = event.target === this.#input
    if (typing && event.key === "Escape") return this.#leave_search(event)
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return this.#go(event, event.key === "ArrowDown" ? 1 : -1)
    if (typing || event.repeat) return
    const key = event.key.toLowerCase()
    if (key === "f" || key === "/") this.#input.select(), this.#input.focus()
    else if (key === "u") this.#take_back()
    else if (event.key === "Escape" && this.#input.value) this.#leave_search(event)
    else if (!this.#press_by(key)) return
    event.preventDefault()
  }

  #press_by(key) {
    const row = document.activeElement?.closest("[data-case]")
    const button = (KEYS[key] ?? []).map((one) => row?.querySelector(`[data-press="${one}"]`)).find(Boolean)
    if (button) this.#click(button)
    return Boolean(button)
  }

  // From row to row, over all lists that are shown.
  #go(event, by) {
    const rows = [...this.querySelectorAll("[data-case]")].filter((row) => row.offsetParent !== null)
    const at = rows.indexOf(document.activeElement?.closest("[data-case]"))
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]
    if (!next) return
    event.preventDefault()
    next.focus()
    next.scrollIntoView({ block: "nearest" })
  }

  #remember(target) {
    const row = target.closest("[data-case]")
    const list = row?.closest("[data-list]")
    this.#place = list ? { list: list.dataset.list, index: [...list.children].indexOf(row) } : null
  }

  // A case that was pressed on has left its list, and the focus with it: the next one has it now.
  #keep_place() {
    if (!this.#place || (document.activeElement && document.activeElement !== document.body)) return
    const rows = this.querySelector(`[data-list="${this.#place.list}"]`)?.children ?? []
    rows[Math.min(this.#place.index, rows.length - 1)]?.focus({ preventScroll: true })
  }

  #click(button) {
    if (!button) return
    if ("undo" in button.dataset) return this.#take_back()
    const row = button.closest("[data-case]")
    if (!row || !DOES[button.dataset.press]) return
    row.focus({ preventScroll: true }) // the button may be gone when the answer comes
    this.#do(button.dataset.press, row.dataset, button)
  }

  #do(what, about, button) {
    this.#last = null
    this.#doing = this.#send(what, about, button)
  }

  async #send(what, { case: id, ticket, number, way }, button) {
    const [method, path, body] = DOES[what]
    const turn = (this.#presses += 1)
    const url = `${this.#api}/${path.replace("{case}", id).replace("{ticket}", ticket)}`
    const answer = await press(url, { method, body, on: button })
    const back = UNDONE_BY[what] ?? way // what was not collected after all is handed over again as it was
    const newest = turn === this.#presses // its answer may come before that of the press before
    if (newest) this.#last = answer.ok && back ? { case: id, ticket, number, press: back, way: answer.data.way ?? undefined } : null
    if (newest || !answer.ok) this.#say(answer.ok ? sentence(`did:${what}`, { number }) : answer.sentence, !answer.ok)
    if (this.#input.value) this.#look()
  }

  async #take_back() {
    await this.#doing
    const last = this.#last
    if (last) this.#do(last.press, last, this.#undo)
  }

  #say(words, bad) {
    this.#bar.hidden = false
    this.#bar.classList.toggle("bad", bad)
    this.#bar.querySelector("[data-says]").textContent = words
    this.#undo.hidden = this.#last === null
  }

  #changed() {
    if (this.#input.value.trim()) this.#look()
    else this.#keep_place()
  }

  #look_soon() {
    clearTimeout(this.#looking)
    this.#looking = setTimeout(() => this.#look(), LOOK_AFTER_MS)
  }

  /** Resolves when what is found is shown: a view that came meanwhile has it looked for anew. */
  async #look() {
    this.#finding = this.#find()
    for (let found = null; found !== this.#finding; await found) found = this.#finding
  }

  async #find() {
    clearTimeout(this.#looking)
    const words = this.#input.value.trim()
    const asked = ++this.#asked
    if (!words) return this.#show(null)
    const query = new URLSearchParams({ q: words, lang: document.documentElement.lang })
    try {
      const answer = await fetch(`${this.dataset.foundAt}?${query}`, { credentials: "same-origin" })
      const html = await answer.text() // also of an answer that comes too late: unread, it keeps its connection
      if (answer.status === 401) location.reload() // signed out meanwhile
      else if (answer.ok && asked === this.#asked) this.#show(html)
    } catch {
      // the notice of the live region says that the server is away
    }
  }

  #show(html) {
    if (html !== null) patch(this.#found, html)
    this.#found.hidden = html === null
    this.toggleAttribute("data-finding", html !== null)
    this.#keep_place()
  }

  // A scanner types the ticket's address and Enter; a person Enter after the number.
  async #scanned(event) {
    event.preventDefault()
    await this.#look()
    this.#found.querySelector("[data-case]")?.focus()
    if (this.#input.value.includes("/t/")) this.#input.value = this.#found.querySelector("[data-case]")?.dataset.number ?? this.#input.value
  }

  #leave_search(event) {
    event.preventDefault()
    this.#input.value = ""
    this.#input.blur()
    this.#look()
  }
}

customElements.define("hall-office", Office)
