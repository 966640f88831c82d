// The panel of a change: what is wanted, what it would do to the waits, and the press that does it.
//
// The contract with manage.html: [data-part] are the parts of the form, shown by what is changed (a window, a zone's
// windows, a new mobile window); [data-until] are the buttons that do it; [data-rows] takes the effects.

import { ask, press } from "./press.js"
import { sentence } from "./sentences.js"

const LOOK_AGAIN_MS = 5_000
const LONG_MIN = 120
const PARTS = { window: ["zone", "support", "window"], zone: ["what", "support"], mobile: ["mobile", "zone", "support"] }

export class ChangePanel {
  #panel
  #form
  #floor
  #api
  #of = null // {kind, window?, zone?, seen?, pressing?}
  #asked = 0
  #shown = ""
  #again_at = 0
  #back_to = null

  /** @param {HTMLElement} panel @param {HTMLElement} floor the element that holds the live cards */
  constructor(panel, floor, { api, refused, done }) {
    this.#panel = panel
    this.#form = panel.querySelector("[data-form]")
    this.#floor = floor
    this.#api = api
    this.refused = refused
    this.done = done
    this.#form.addEventListener("change", () => this.#look())
    this.#form.addEventListener("submit", (event) => this.#submitted(event))
    panel.addEventListener("click", (event) => this.#clicked(event))
    panel.addEventListener("keydown", (event) => this.#key(event))
  }

  get open() {
    return !this.#panel.hidden
  }

  /** The window the panel is about, if it is about one. */
  get window() {
    return this.#of?.window ?? null
  }

  for_window(card, zone, { focus = true } = {}) {
    const { window, seen } = card.dataset
    // Whoever opens it once more sees the change already, whose answer then closes nothing.
    if (this.#of?.window !== window || this.#of.pressing) this.#begin({ kind: "window", window, seen: Number(seen) }, card)
    this.#pick("zone", zone)
    this.#pick("support", card.dataset.support === zone ? "" : card.dataset.support)
    this.#look()
    if (focus) this.#focus()
  }

  for_zone(zone, opener) {
    this.#begin({ kind: "zone", zone }, opener)
    const other = this.#form.querySelector(`[name=support]:not([value=""]):not([value="${CSS.escape(zone)}"])`)
    this.#pick("what", other ? "help" : "home")
    this.#pick("support", other?.value ?? "")
    this.#look()
    this.#focus()
  }

  for_mobile(opener) {
    this.#begin({ kind: "mobile" }, opener)
    const numbers = [...this.#cards()].map((card) => Number(card.dataset.window)).filter(Number.isFinite)
    this.#form.elements.id.placeholder = String(1 + Math.max(0, ...numbers))
    const longest = [...this.#floor.querySelectorAll("section[data-zone]")].map((one) => one.dataset.zone)
    this.#pick("zone", longest[0])
    this.#pick("support", "")
    this.#look()
    this.#form.elements.id.focus()
  }

  close({ focus = true } = {}) {
    if (!this.open) return
    this.#panel.hidden = true
    const opener = this.#back_to
    const again = this.#of.window && this.#card(this.#of.window)
    this.#of = this.#back_to = null
    if (focus) (again ?? opener)?.focus()
  }

  /** A view came: the window may have been moved by another, and the waits are others now. */
  viewed() {
    if (!this.open || this.#of.pressing) return
    if (this.#of.kind === "window") {
      const card = this.#card(this.#of.window)
      if (!card) {
        this.close()
        this.done(sentence("gone-meanwhile"))
        return
      }
      if (Number(card.dataset.seen) !== this.#of.seen) {
        this.#of.seen = Number(card.dataset.seen)
        const { name, by, zone } = card.dataset
        this.#say(sentence("moved-meanwhile", { window: name, by, zone: zone_name(zone) }))
        this.#look()
        return
      }
      this.#about(card)
    }
    if (performance.now() > this.#again_at) this.#look()
  }

  #begin(of, opener) {
    this.#of = of
    this.#back_to = opener
    this.#shown = ""
    this.#form.reset()
    this.#say("")
    for (const part of this.#panel.querySelectorAll("[data-part]")) part.hidden = !PARTS[of.kind].includes(part.dataset.part)
    const ends = this.#floor.querySelector("[data-floor]").dataset.bandEnds
    const band = of.kind !== "mobile" && Boolean(ends)
    this.#button("band").hidden = !band
    if (band) this.#button("band").querySelector("[data-words]").textContent = sentence("until-band", { time: ends })
    this.#button("day").hidden = of.kind === "mobile"
    this.#button("day").classList.toggle("first", !band)
    this.#button("open").hidden = of.kind !== "mobile"
    this.#panel.querySelector("[data-effect]").hidden = true
    this.#panel.hidden = false
    this.#about(of.window ? this.#card(of.window) : null)
  }

  /** What can be done with the window besides moving it. */
  #about(card) {
    const state = card?.dataset.state
    const closed = state !== undefined && state !== "open"
    this.#panel.querySelector("[data-not-open]").hidden = !closed
    this.#panel.querySelector("[data-state=open]").hidden = !closed
    this.#panel.querySelector("[data-remove]").hidden = !(card?.hasAttribute("data-mobile") && !card.hasAttribute("data-ticket"))
    this.#panel.querySelector("[data-can]").textContent = card?.title ?? ""
    const link = this.#panel.querySelector("[data-console]")
    if (card) link.href = `${link.getAttribute("href").replace(/[^/]*$/, "")}${encodeURIComponent(card.dataset.window)}`
  }

  #focus() {
    this.#panel.scrollIntoView({ block: "nearest" })
    const wanted = this.#form.querySelector("fieldset:not([hidden]) input:checked") ?? this.#panel.querySelector("[data-title]")
    wanted.focus()
  }

  #pick(name, value) {
    for (const radio of this.#form.querySelectorAll(`[name=${name}]`)) radio.checked = radio.value === value
  }

  #value(name) {
    return this.#form.querySelector(`[name=${name}]:checked`)?.value ?? ""
  }

  // What is wanted

  /** @returns {{assignments: object[], opened: object[]}} */
  #wanted() {
    const zone = this.#value("zone")
    const support = this.#value("support")
    if (this.#of.kind === "mobile") return { assignments: [], opened: [placed(zone, support)] }
    if (this.#of.kind === "zone") {
      const moves = ({ window, zone: to, support: other }) => {
        const { zone: at, support: now } = this.#card(window).dataset
        return at !== to || now !== (other ?? "") // who serves there already isn't moved, nor held there
      }
      return { assignments: this.#of_zone(support).filter(moves), opened: [] }
    }
    const card = this.#card(this.#of.window)
    const opened = card.dataset.state === "open" ? [] : [placed(zone, support)]
    return { assignments: [{ window: this.#of.window, ...placed(zone, support) }], opened }
  }

  #of_zone(other) {
    const { zone } = this.#of
    const what = this.#value("what")
    const cards = [...this.#cards()]
    const supports = (from, to) =>
      cards.filter((card) => card.dataset.zone === from).map((card) => ({ window: card.dataset.window, ...placed(from, to) }))
    if (what === "home") {
      return cards
        .filter((card) => [card.dataset.home, card.dataset.zone].includes(zone))
        .map((card) => ({ window: card.dataset.window, ...placed(card.dataset.home, card.dataset.homeSupport) }))
    }
    if (!other || other === zone) return []
    return what === "join" ? [...supports(zone, other), ...supports(other, zone)] : supports(zone, other)
  }

  // What it would do

  async #look() {
    const of = this.#of
    if (!of) return
    this.#again_at = performance.now() + LOOK_AGAIN_MS
    this.#sense()
    this.#title()
    const asked = ++this.#asked
    const answer = await press(`${this.#api}/effects`, { body: this.#wanted() })
    if (asked !== this.#asked || this.#of !== of) return
    if (answer.ok) this.#effects(answer.data)
    else this.refused(answer, (words) => this.#say(words))
  }

  #title() {
    const { kind, window, zone } = this.#of
    const to = zone_name(this.#value("zone"))
    const support = this.#value("support")
    const title = this.#panel.querySelector("[data-title]")
    if (kind === "zone") title.textContent = sentence("title-zone", { zone: zone_name(zone) })
    else if (kind === "mobile") title.textContent = sentence("title-mobile")
    else {
      const name = this.#card(window).dataset.name
      title.textContent = support
        ? sentence("title-support", { window: name, zone: to, support: zone_name(support) })
        : sentence("title-window", { window: name, zone: to })
    }
  }

  /** No window supports the zone it serves; and parting zones needs no other zone. */
  #sense() {
    const zone = this.#of.kind === "zone" ? this.#of.zone : this.#value("zone")
    const home = this.#of.kind === "zone" && this.#value("what") === "home"
    this.#panel.querySelector("[data-part=support]").hidden = home
    for (const radio of this.#form.querySelectorAll("[name=support]")) {
      radio.disabled = radio.value === zone || (this.#of.kind === "zone" && radio.value === "")
      if (radio.disabled && radio.checked) this.#pick("support", this.#of.kind === "zone" ? "-" : "")
    }
  }

  #effects(told) {
    const shown = JSON.stringify(told)
    if (shown === this.#shown) return
    this.#shown = shown
    const rows = told.zones
      .filter(({ before, after }) => changed(before.now_min, after.now_min) || changed(before.later_min, after.later_min))
      .map((zone) => row(zone_name(zone.id), zone.before, zone.after))
    if (rows.length) rows.push(row(sentence("mean"), told.hall.before, told.hall.after))
    this.#panel.querySelector("[data-rows]").replaceChildren(...rows)
    this.#panel.querySelector("[data-effect]").hidden = false
    this.#panel.querySelector("[data-effect] table").hidden = rows.length === 0
    this.#panel.querySelector("[data-same]").hidden = rows.length > 0
    const stranded = this.#panel.querySelector("[data-stranded]")
    stranded.hidden = told.stranded.length === 0
    stranded.textContent = stranded.hidden ? "" : sentence("stranded", { numbers: told.stranded.slice(0, 6).join(" ") })
  }

  // Doing it

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
    if (event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
      this.close()
    } else if (event.key.toLowerCase() === "t" && !event.target.matches("input:not([type=radio])") && !this.#button("day").hidden) {
      event.preventDefault()
      this.#do("day", this.#button("day"))
    }
  }

  #clicked(event) {
    const button = event.target.closest("button")
    if (!button) return
    if (button.hasAttribute("data-cancel")) this.close()
    else if (button.dataset.state) this.#send(button, "PUT", this.#at("state"), { state: button.dataset.state })
    else if (button.hasAttribute("data-remove")) this.#send(button, "DELETE", this.#at(""), {})
  }

  #submitted(event) {
    event.preventDefault()
    const first = [...this.#form.querySelectorAll("[type=submit]")].find((one) => !one.hidden)
    const button = event.submitter?.hidden === false ? event.submitter : first
    this.#do(button.dataset.until, button)
  }

  async #do(until, button) {
    const { kind, seen } = this.#of
    const { assignments } = this.#wanted()
    if (kind === "mobile") {
      const words = (name) => this.#form.elements[name].value.trim() || undefined
      const body = { ...placed(this.#value("zone"), this.#value("support")), id: words("id"), name: words("name") }
      return this.#send(button, "POST", `${this.#api}/windows`, body)
    }
    if (kind === "window") {
      const { window: _, ...where } = assignments[0]
      return this.#send(button, "PUT", this.#at("assignment"), { ...where, until, seen })
    }
    if (!assignments.length) return undefined
    const told = assignments.map((one) => ({ ...one, seen: Number(this.#card(one.window).dataset.seen) }))
    return this.#send(button, "POST", `${this.#api}/assignments`, { assignments: told, until })
  }

  async #send(button, method, url, body) {
    const of = this.#of
    if (of.pressing) return
    of.pressing = true
    this.#say("")
    const answer = await press(url, { method, body, on: button })
    of.pressing = false
    const here = this.#of === of // a view can be here before the answer, and the panel about something else by then
    if (!answer.ok) this.refused(answer, (words) => (here ? this.#say(words) : this.done(words, "bad")))
    else {
      if (here) this.close()
      this.done(sentence("done"))
    }
  }

  #at(noun) {
    return `${this.#api}/windows/${encodeURIComponent(this.#of.window)}${noun && `/${noun}`}`
  }

  #say(words) {
    const says = this.#panel.querySelector("[data-says]")
    if (says.textContent !== words) says.textContent = words
  }

  #button(until) {
    return this.#form.querySelector(`[data-until="${until}"]`)
  }

  #cards() {
    return this.#floor.querySelectorAll("[data-card][data-window]")
  }

  #card(window) {
    return this.#floor.querySelector(`[data-card][data-window="${CSS.escape(window)}"]`)
  }
}

function placed(zone, support) {
  return { zone, support: support || null }
}

function zone_name(zone) {
  return zone ? sentence(`zone:${zone}`) : ""
}

function changed(before, after) {
  return (before === null) !== (after === null) || Math.round(before) !== Math.round(after)
}

function row(name, before, after) {
  const made = document.createElement("tr")
  const head = document.createElement("th")
  head.scope = "row"
  head.textContent = name
  made.append(head, cell(before.now_min, after.now_min), cell(before.later_min, after.later_min))
  return made
}

/** `15 → 19`; longer and shorter by a word for ears and a colour for eyes. */
function cell(before, after) {
  const made = document.createElement("td")
  made.append(`${before !== null && before <= LONG_MIN ? Math.round(before) : minutes(before)} → `)
  const to = document.createElement("b")
  to.textContent = minutes(after)
  made.append(to)
  if (changed(before, after)) {
    const longer = after === null || (before !== null && after > before)
    to.className = longer ? "longer" : "shorter"
    const word = document.createElement("span")
    word.className = "sr"
    word.textContent = ` ${sentence(longer ? "longer" : "shorter")}`
    to.append(word)
  }
  return made
}

function minutes(n) {
  if (n === null) return sentence("nobody")
  return n > LONG_MIN ? sentence("hours") : sentence("minutes", { n: Math.round(n) })
}
