// A plan as a table: bands are columns, windows are rows. Edited here, saved as the next version; what it means and
// what it would change the server says, on the page that is opened anew.
//
// What is beside the table is live. When another manager saved the plan, a table that nobody edits becomes his at once;
// one that is being edited stays, and says so ([data-now] of partials/plan.html tells which version is the newest).

import "./live.js"
import { press } from "./press.js"
import { sentence } from "./sentences.js"

const CLOCK = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const STEP_MIN = 30 // where a band is split, rounded to this
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

class Plans extends HTMLElement {
  #api = this.getAttribute("api")
  #here = this.getAttribute("here")
  #plan = this.getAttribute("plan")
  #version = this.getAttribute("version") // the newest when the table was drawn: what the next is made from
  #form
  #heads
  #rows
  #saved = ""
  #pressing = false

  connectedCallback() {
    this.#take_up()
    if (!this.#plan && this.#bands() === 0) this.#add()
    this.#saved = this.#state()
    this.addEventListener("live", () => this.#viewed())
    this.addEventListener("live-new", (event) => this.#changed() && event.preventDefault())
    this.addEventListener("focusout", () => setTimeout(() => this.#viewed()))
    this.addEventListener("click", ({ target }) => this.#clicked(target.closest("button")))
    this.addEventListener("submit", (event) => this.#submitted(event))
    this.addEventListener("input", () => this.#offer())
    this.addEventListener("keydown", (event) => this.#moved(event))
    addEventListener("beforeunload", this.#leaving)
    this.#offer()
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.#leaving)
  }

  // The table

  #take_up() {
    this.#form = this.querySelector("form.plan")
    this.#heads = this.querySelector("[data-heads]")
    this.#rows = [...this.#form.querySelectorAll("tbody tr")]
    for (const row of this.#rows) for (const cell of row.querySelectorAll("td")) this.#fill(cell)
    this.#saved = this.#state()
  }

  #fill(cell, { zone = cell.dataset.zone, support = cell.dataset.support, state = cell.dataset.state } = {}) {
    cell.replaceChildren(document.querySelector("[data-new-cell]").content.cloneNode(true))
    cell.querySelector("[name=zone]").value = zone ?? ""
    cell.querySelector("[name=support]").value = support ?? ""
    cell.querySelector("[name=lunch]").checked = state === "lunch"
  }

  #bands() {
    return this.#heads.querySelectorAll("[data-band]").length
  }

  #head(at) {
    return this.#heads.children[at + 1] // the first is the corner
  }

  #column(at) {
    return this.#rows.map((row) => row.children[at + 1])
  }

  #put(at, head, places) {
    this.#head(at - 1).after(head)
    for (const [n, row] of this.#rows.entries()) {
      const cell = document.createElement("td")
      row.children[at].after(cell)
      this.#fill(cell, places?.[n] ?? {})
    }
  }

  #add() {
    const head = document.querySelector("[data-new-band]").content.firstElementChild.cloneNode(true)
    const last = this.#bands() ? this.#band(this.#bands() - 1) : null
    head.querySelector("[name=from]").value = last && CLOCK.test(last.to) && last.to !== "24:00" ? last.to : ""
    this.#put(this.#bands(), head)
    head.querySelector("[name=from]").focus()
  }

  #copy(at) {
    const head = this.#head(at).cloneNode(true)
    for (const [n, field] of [...this.#head(at).querySelectorAll("input")].entries()) {
      const copied = head.querySelectorAll("input")[n]
      copied.value = field.value
      copied.checked = field.checked
    }
    this.#put(at + 1, head, this.#column(at).map((cell) => this.#place(cell)))
    return head
  }

  #split(at) {
    const { from, to } = this.#band(at)
    if (!CLOCK.test(from) || !CLOCK.test(to)) return this.#say(sentence("band-unread", { n: at + 1 }))
    const half = clock(Math.round((minutes(from) + minutes(to)) / 2 / STEP_MIN) * STEP_MIN)
    if (half <= from || half >= to) return this.#say(sentence("band-unread", { n: at + 1 }))
    const later = this.#copy(at)
    this.#head(at).querySelector("[name=to]").value = half
    later.querySelector("[name=from]").value = half
    return later.querySelector("[name=from]").focus()
  }

  #remove(at) {
    this.#head(at).remove()
    for (const row of this.#rows) row.children[at + 1].remove()
    ;(this.#head(Math.min(at, this.#bands() - 1))?.querySelector("input") ?? this.querySelector("[data-add]")).focus()
  }

  // What it says

  #place(cell) {
    const value = (name) => cell.querySelector(`[name=${name}]`).value || null
    return { zone: value("zone"), support: value("support"), state: cell.querySelector("[name=lunch]").checked ? "lunch" : "staffed" }
  }

  #band(at) {
    const head = this.#head(at)
    const windows = {}
    for (const [n, cell] of this.#column(at).entries()) {
      const place = this.#place(cell)
      if (place.zone || place.support || place.state === "lunch") windows[this.#rows[n].dataset.window] = place
    }
    return {
      days: [...head.querySelectorAll(".days input:checked")].map((day) => day.name),
      from: head.querySelector("[name=from]").value.trim(),
      to: head.querySelector("[name=to]").value.trim(),
      windows,
    }
  }

  #body() {
    const bands = Array.from({ length: this.#bands() }, (_, at) => this.#band(at))
    return { name: this.#form.elements.name.value.trim(), bands }
  }

  #state() {
    return JSON.stringify(this.#body())
  }

  #changed() {
    return this.#state() !== this.#saved
  }

  #offer() {
    const changed = this.#changed()
    this.querySelector("[data-undo]").disabled = !changed
    // A version that is not what is shown can't be adopted by mistake.
    for (const button of this.querySelectorAll("[data-adopt] button")) button.disabled = changed
    for (const cell of this.querySelectorAll("td")) {
      const place = this.#place(cell)
      // Without a zone of its own the window helps as it usually does.
      cell.querySelector("[name=support] option").textContent = sentence(place.zone ? "no-support" : "as-usual")
      cell.toggleAttribute("data-named", Boolean(place.zone || place.support))
      cell.toggleAttribute("data-lunch", place.state === "lunch")
    }
  }

  #leaving = (event) => {
    if (this.#changed()) event.preventDefault()
  }

  // What others save

  #viewed() {
    const { latest, gone } = this.querySelector("[data-now]").dataset
    this.#offer()
    if (this.#pressing || !this.#plan) return
    const edited = this.#changed() || this.#form.contains(document.activeElement)
    if (gone !== undefined) this.#tell_gone()
    else if (Number(latest) <= Number(this.#version)) this.#tell(null)
    else if (edited) this.#tell({ latest })
    else this.#draw_anew()
  }

  /** The newest version in the place of the one that was shown. */
  async #draw_anew() {
    this.#pressing = true
    let drawn = false
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } })
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("hall-plans")
      if (!fresh) return
      this.#form.replaceWith(document.adoptNode(fresh.querySelector("form.plan")))
      this.#version = fresh.getAttribute("version")
      this.#take_up()
      drawn = true
    } catch {
      // the server is away: the page says so, and the next view asks again
    } finally {
      this.#pressing = false
    }
    if (drawn) this.#viewed() // a version that was saved while this one was on its way
  }

  #tell(told) {
    const note = this.#form.querySelector("[data-theirs]")
    note.hidden = told === null
    if (told === null) return
    const { by } = this.querySelector("[data-now]").dataset
    const take = note.querySelector("[data-take]")
    put(note.querySelector("[data-theirs-says]"), told.gone ? sentence("gone", { by }) : sentence("theirs", { by, n: told.latest }))
    put(take, told.gone ? sentence("see-others") : sentence("take", { n: told.latest }))
    note.querySelector("[data-keep]").hidden = Boolean(told.gone) || !this.#changed()
  }

  /** It was taken off the list; what stands here can be saved as a plan of its own. */
  #tell_gone() {
    this.#tell({ gone: true })
    put(this.#form.querySelector("[data-save]"), sentence("save-new"))
    this.#plan = null
  }

  #take() {
    if (this.#plan) return this.#draw_anew()
    return this.#open(null)
  }

  /** What was changed here is saved after the other's version, with its knowledge. */
  #keep() {
    this.#version = this.querySelector("[data-now]").dataset.latest
    put(this.#form.querySelector("[data-save]"), sentence("save-as", { n: Number(this.#version) + 1 }))
    this.#tell(null)
    this.#say("")
  }

  // What is pressed

  #clicked(button) {
    if (!button) return
    const head = button.closest("[data-band]")
    const at = head ? [...this.#heads.children].indexOf(head) - 1 : -1
    if ("add" in button.dataset) this.#add()
    if ("copy" in button.dataset) this.#copy(at).querySelector("[name=from]").focus()
    if ("split" in button.dataset) this.#split(at)
    if ("remove" in button.dataset) this.#remove(at)
    if ("undo" in button.dataset) this.#open(this.#plan)
    if ("take" in button.dataset) this.#take()
    if ("keep" in button.dataset) this.#keep()
    if ("drop" in button.dataset) this.#press("DELETE", `plans/${this.#plan}/adoption`, {}, button, this.#plan)
    if ("delete" in button.dataset) this.#press("DELETE", `plans/${this.#plan}`, {}, button, null)
    this.#offer()
  }

  #submitted(event) {
    event.preventDefault()
    if ("adopt" in event.target.dataset) return this.#adopt(event)
    const body = this.#body()
    if (!body.name) {
      this.#form.elements.name.focus()
      return this.#say(sentence("name-missing"))
    }
    const wrong = body.bands.findIndex((band) => !CLOCK.test(band.from) || !CLOCK.test(band.to) || band.from >= band.to || !band.days.length)
    if (wrong >= 0) {
      this.#head(wrong).querySelector("input").focus()
      return this.#say(sentence("band-unread", { n: wrong + 1 }))
    }
    if (!this.#plan) return this.#press("POST", "plans", body, event.submitter)
    return this.#press("PUT", `plans/${this.#plan}`, { ...body, version: Number(this.#version) }, event.submitter)
  }

  #adopt(event) {
    const body = { version: Number(event.target.dataset.version), from_day: event.target.elements.from_day.value }
    this.#press("PUT", `plans/${this.#plan}/adoption`, body, event.submitter, this.#plan)
  }

  async #press(method, path, body, on, open = undefined) {
    this.#pressing = true
    const answer = await press(`${this.#api}/${path}`, { method, body, on })
    if (!answer.ok) {
      this.#pressing = false
      this.#viewed()
      return this.#say(answer.sentence)
    }
    return this.#open(open === undefined ? answer.data.id : open)
  }

  #open(plan) {
    this.#saved = this.#state()
    location.assign(plan ? `${this.#here}?plan=${encodeURIComponent(plan)}` : this.#here)
    if (location.search === (plan ? `?plan=${encodeURIComponent(plan)}` : "")) location.reload()
  }

  #say(words) {
    this.querySelector("[data-said]").textContent = words
  }

  // Alt and an arrow: the same field one cell on.
  #moved(event) {
    const step = event.altKey ? ARROWS[event.key] : undefined
    const cell = event.target.closest("td")
    if (!step || !cell) return
    event.preventDefault()
    const row = this.#rows.indexOf(cell.parentElement) + step[0]
    const column = [...cell.parentElement.children].indexOf(cell) + step[1]
    this.#rows[row]?.children[column]?.querySelector(`td [name="${event.target.name}"]`)?.focus()
  }
}

function put(element, words) {
  if (element.textContent !== words) element.textContent = words
}

function minutes(clock) {
  const [hours, rest] = clock.split(":").map(Number)
  return hours * 60 + rest
}

function clock(at) {
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`
}

customElements.define("hall-plans", Plans)
