// The kiosk: what each button does. The choices come alive by live.js; panels lie over them.

import { print_note } from "./away-note.js"
import { Booking } from "./booking.js"
import { server_now } from "./clock.js"
import { Idle } from "./idle.js"
import { Keypad } from "./keypad.js"
import { Matters } from "./matters.js"
import { restart_nightly } from "./nightly.js"
import { press } from "./press.js"
import { Prompts } from "./prompts.js"
import { Result } from "./result.js"
import { sentence } from "./sentences.js"
import { Several } from "./several.js"
import { StillThere } from "./still-there.js"

const IDLE_MS = 60_000
const SAYS_MS = 20_000
const ELDER = "#elder"
const HOME_LANGUAGE = "zh-CN"

class Kiosk extends HTMLElement {
  #api = document.querySelector("meta[name=hall]").dataset.api
  #panels = {}
  #result
  #matters = null
  #several = null
  #prompts
  #still
  #reason = null
  #says_timer = 0
  #new_pages = false

  connectedCallback() {
    for (const panel of this.querySelectorAll("[data-panel]")) this.#panels[panel.dataset.panel] = panel
    this.#result = new Result(this.#panels.result, this.#api)
    const keypad = new Keypad(this.#panels.missed)
    if (this.#panels.booking) this.#take_bookings(this.#panels.booking)
    if (this.#panels.matters) this.#take_matters(this.#panels.matters)
    this.#prompts = new Prompts(this.#api)
    this.#still = new StillThere(this.#panels.still, () => this.#start_again())
    this.addEventListener("click", (event) => this.#press(event))
    this.#panels.missed.addEventListener("return", (event) => this.#return(event.detail))
    this.#panels.missed.addEventListener("close", () => keypad.clear())
    this.#panels.says.addEventListener("close", () => clearTimeout(this.#says_timer))
    for (const panel of Object.values(this.#panels)) panel.addEventListener("close", () => this.#closed())
    this.addEventListener("live-new", (event) => this.#later(event))
    addEventListener("hashchange", () => this.#elder())
    this.#elder()
    new Idle(IDLE_MS, () => this.#rested())
    restart_nightly(server_now, document.querySelector("hall-clock").getAttribute("timezone"), () => !this.#in_use)
    this.#asked_for()
  }

  #take_matters(panel) {
    this.#several = new Several(panel, ({ title, detail }) => this.#say({ data: { title }, sentence: detail }))
    this.#matters = new Matters(panel, this.#api, this.#several)
  }

  // The guide leads here for one matter: ?item=…
  #asked_for() {
    const item = new URLSearchParams(location.search).get("item")
    if (!item) return
    history.replaceState(null, "", location.pathname + location.hash)
    this.#matters?.show(item)
  }

  get #in_use() {
    const changed = document.documentElement.lang !== HOME_LANGUAGE || location.hash === ELDER
    return changed || Object.values(this.#panels).some((panel) => panel.open)
  }

  // Who reads slowly is asked before anything goes; a number that was given and not printed stays in any case.
  #rested() {
    if (!this.#in_use || this.#result.must_stay) return
    if (this.#panels.result.open) this.#start_again() // it says itself when it goes
    else this.#still.ask()
  }

  #press({ target }) {
    const button = target.closest("button")
    if (!button) return
    const { dataset } = button
    if ("close" in dataset) button.closest("dialog").close()
    else if ("elder" in dataset) this.#show_elder(location.hash !== ELDER)
    else if ("help" in dataset) this.#help(button)
    else if ("open" in dataset) this.#panels[dataset.open].showModal()
    else if ("green" in dataset) this.#choose_reason(dataset.green)
    else if ("take" in dataset) this.#take({ zone: dataset.take }, button)
    else if ("takeChosen" in dataset) this.#take(this.#several.where, button)
    else if ("takeItem" in dataset) this.#take({ item: dataset.takeItem }, button)
  }

  async #help(button) {
    const answer = await press(`${this.#api}/help`, { on: button })
    if (!answer.ok) return this.#say(answer)
    this.#say({ data: { title: sentence("help-title") }, sentence: sentence("help-detail") })
    if (this.#elderly) this.#prompts.say("help")
  }

  get #elderly() {
    return location.hash === ELDER
  }

  #choose_reason(reason) {
    const zones = this.#panels.places.querySelectorAll("[data-take]")
    this.#reason = reason
    this.#panels.green.close()
    if (zones.length > 1) this.#panels.places.showModal()
    else this.#take({ zone: zones[0].dataset.take }, null)
  }

  async #take(where, button) {
    const green = this.#reason ? { class: "green", reason: this.#reason } : {}
    const language = document.documentElement.lang
    const answer = await press(`${this.#api}/tickets`, {
      body: { ...where, ...green, channel: "kiosk", language },
      on: button,
    })
    if (answer.ok) this.#show(answer.data, "taken")
    else this.#say(answer)
  }

  async #return({ number, button }) {
    const day = new Intl.DateTimeFormat("en-CA", {
      timeZone: document.querySelector("hall-clock").getAttribute("timezone"),
    }).format(server_now())
    const id = `${day.replaceAll("-", "")}-${number}`
    const answer = await press(`${this.#api}/tickets/${id}/return`, { on: button })
    if (answer.ok) this.#show(answer.data, "returned")
    else this.#say(answer)
  }

  #take_bookings(panel) {
    new Booking(panel, this.#api)
    panel.addEventListener("arrive", (event) => this.#arrive(event.detail))
    panel.addEventListener("refused", (event) => this.#say(event.detail.answer))
  }

  async #arrive({ ticket, button }) {
    const headers = { "X-Ticket-Token": ticket.follow_url.split("/").at(-1) }
    const answer = await press(`${this.#api}/tickets/${ticket.id}/arrival`, { body: { via: "kiosk" }, headers, on: button })
    if (answer.ok) this.#show(answer.data, "arrived")
    else this.#say(answer)
  }

  #show(ticket, how) {
    if (this.#panels.result.open) return // the other of two taps: the same ticket is shown already
    this.#close_all()
    this.#result.show(ticket, how, this.#zone_name(ticket.zone))
    if (!this.#elderly) return
    const { number, ahead } = ticket
    if (how === "returned") this.#prompts.say("returned", { number })
    else this.#prompts.say(ahead > 0 ? "taken" : "next", { number, ahead })
  }

  #zone_name(zone) {
    const button = this.#panels.places.querySelector(`[data-take="${CSS.escape(zone)}"] b`)
    return button?.textContent ?? ""
  }

  #say(answer) {
    const says = this.#panels.says
    const title = answer.data?.title ?? (answer.away ? sentence("away-title") : "")
    const matter = this.#several?.name_of(answer.data?.item) // of several, the one that it is about
    says.querySelector("[data-title]").textContent = matter ? sentence("about-matter", { matter, title }) : title
    says.querySelector("[data-detail]").textContent = answer.away ? sentence("away-kiosk") : answer.sentence
    if (answer.away) print_note(document.querySelector("[data-away-note]"))
    if (!says.open) says.showModal()
    clearTimeout(this.#says_timer)
    this.#says_timer = setTimeout(() => says.close(), SAYS_MS)
  }

  #close_all() {
    for (const panel of Object.values(this.#panels)) if (panel.open) panel.close()
  }

  #closed() {
    const open = Object.values(this.#panels).some((panel) => panel.open)
    if (!open) this.#reason = null
    if (!open && this.#new_pages) location.reload()
  }

  #later(event) {
    if (!Object.values(this.#panels).some((panel) => panel.open)) return
    event.preventDefault()
    this.#new_pages = true
  }

  #show_elder(elder) {
    history.replaceState(null, "", elder ? ELDER : location.pathname + location.search)
    this.#elder()
    if (elder) this.#prompts.say("start")
    else this.#prompts.hush()
  }

  #elder() {
    const elder = location.hash === ELDER
    document.documentElement.toggleAttribute("data-elder", elder)
    this.querySelector("[data-elder]").setAttribute("aria-pressed", String(elder))
    const language = this.querySelector("[data-language]")
    language.hash = elder ? ELDER : ""
  }

  // Someone walked away: the next person finds the start as everybody does.
  #start_again() {
    if (this.#result.must_stay) return
    this.#close_all()
    if (document.documentElement.lang !== HOME_LANGUAGE) location.replace(`?lang=${HOME_LANGUAGE}`)
    else if (location.hash === ELDER) this.#show_elder(false)
  }
}

customElements.define("hall-kiosk", Kiosk)
