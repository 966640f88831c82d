// What the hall hears: each new call once, one after the other, while it is worth hearing.
//
//   <hall-announcer api="/api/halls/x" hall="x" stale-after-s="60">, [data-unlock] and [data-mute] buttons inside.
//   area="A" windows="1 2" where it stands in an area of the hall: it says the calls of these windows alone.
//   reports where the page is a device: it tells the server how it is and what it said.
//
// It reads the calls from the board: [data-call][data-deed][data-at][data-window], [data-fresh] while still called.
// What it does can be read from its attributes: data-speaking (the deed spoken now), data-announced and
// data-unspoken (deeds, newest last, the second as deed:cause), data-muted, data-locked (the browser
// wants to be touched before it makes a sound).

import { server_now } from "./clock.js"
import { Report } from "./report.js"

const NEW_AT_LOAD_MS = 5_000
const FETCH_LIMIT_MS = 8_000
const TRY_AGAIN_AFTER_MS = 700
const TALK_LIMIT_MS = 30_000
const REMEMBERED = 100
const SHOWN = 20
const SOUNDLESS = ["voice_unavailable", "player_failed"]

class HallAnnouncer extends HTMLElement {
  #audio = new Audio()
  #known = new Set()
  #next = []
  #talking = false
  #stop = () => {}
  #report = new Report(this)

  connectedCallback() {
    this.#report.start()
    this.#remember_old_calls()
    this.#show_mute(this.#kept("muted") === "yes")
    this.querySelector("[data-unlock]").addEventListener("click", this.#unlock)
    this.querySelector("[data-mute]").addEventListener("click", this.#toggle_mute)
    document.addEventListener("live", this.#listen)
    document.addEventListener("keydown", this.#key)
    document.addEventListener("pointerdown", this.#unlock)
    this.#take_new_calls(NEW_AT_LOAD_MS)
    this.#try_silence()
  }

  disconnectedCallback() {
    document.removeEventListener("live", this.#listen)
    document.removeEventListener("keydown", this.#key)
    document.removeEventListener("pointerdown", this.#unlock)
    this.#stop()
    this.#report.stop()
  }

  get muted() {
    return this.hasAttribute("data-muted")
  }

  get #stale_after_ms() {
    return Number(this.getAttribute("stale-after-s")) * 1_000
  }

  get locked() {
    return this.hasAttribute("data-locked")
  }

  // Which calls

  #listen = () => this.#take_new_calls(this.#stale_after_ms)

  #take_new_calls(age_limit_ms) {
    const windows = this.getAttribute("windows")?.split(" ")
    for (const element of [...document.querySelectorAll("[data-call]")].sort(earlier_first)) {
      if (windows && !windows.includes(element.dataset.window)) continue
      const call = { deed: element.dataset.deed, at: element.dataset.at }
      const name = `${call.deed}@${call.at}`
      if (this.#known.has(name)) continue
      this.#known.add(name)
      if (!element.hasAttribute("data-fresh") || age_of(call) > age_limit_ms) continue
      if (this.muted) this.#tell("data-unspoken", `${call.deed}:muted`)
      else this.#next.push(call)
    }
    this.#keep_known()
    this.#talk()
  }

  async #talk() {
    if (this.#talking || this.locked) return
    this.#talking = true
    try {
      while (this.#next.length > 0 && !this.locked) {
        const call = this.#next.shift()
        const cause = this.#why_not(call) ?? (await this.#speak(call))
        if (cause === "locked") this.#next.unshift(call)
        else if (cause) this.#unspoken(call, cause)
        else this.#spoken(call)
      }
    } finally {
      this.#talking = false
    }
  }

  #spoken(call) {
    this.#tell("data-announced", call.deed)
    this.#report.confirm(call.deed)
    this.#be_well_or_mute()
  }

  #unspoken(call, cause) {
    this.#tell("data-unspoken", `${call.deed}:${cause}`)
    // A board that is muted by hand leaves speaking to others.
    if (!["muted", "nothing_to_say"].includes(cause)) this.#report.confirm(call.deed, cause)
    if (SOUNDLESS.includes(cause)) this.#report.be("mute", cause)
  }

  #be_well_or_mute() {
    if (this.muted) this.#report.be("mute", "muted")
    else if (this.locked) this.#report.be("mute", "locked")
    else this.#report.be("well")
  }

  /** Why a call isn't worth hearing any more, or null. */
  #why_not(call) {
    if (this.muted) return "muted"
    if (age_of(call) > this.#stale_after_ms) return "stale"
    const shown = document.querySelector(`[data-call][data-deed="${CSS.escape(call.deed)}"]`)
    return shown && !shown.hasAttribute("data-fresh") ? "answered" : null
  }

  // How a call is spoken

  async #speak(call) {
    this.setAttribute("data-speaking", call.deed)
    try {
      const clip = await this.#fetch(call, TRY_AGAIN_AFTER_MS)
      return typeof clip === "string" ? clip : await this.#play(clip)
    } finally {
      this.removeAttribute("data-speaking")
    }
  }

  /** The clip, or why there is none. */
  async #fetch(call, again_after_ms) {
    try {
      // A call that others wait behind may be a shorter one.
      const waiting = this.#next.length ? `?waiting=${this.#next.length}` : ""
      const url = `${this.getAttribute("api")}/voice/${call.deed}.wav${waiting}`
      const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_LIMIT_MS) })
      if (response.status === 204) return "nothing_to_say"
      if (response.ok) return await response.blob()
      if (response.status < 500) return "voice_unavailable" // asking again wouldn't help
    } catch {
      // away: like an error of the server's
    }
    if (again_after_ms === null) return "voice_unavailable"
    await new Promise((done) => setTimeout(done, again_after_ms))
    return this.#fetch(call, null)
  }

  async #play(clip) {
    const url = URL.createObjectURL(clip)
    try {
      this.#audio.src = url
      const over = this.#over()
      await Promise.race([this.#audio.play(), over])
      return await over
    } catch (error) {
      if (error.name !== "NotAllowedError") return this.muted ? "muted" : "player_failed"
      this.#lock()
      return "locked"
    } finally {
      this.#stop()
      URL.revokeObjectURL(url)
    }
  }

  /** Resolves when the clip is over (null) or was cut off (why). */
  #over() {
    return new Promise((done) => {
      const limit = setTimeout(() => finish("player_failed"), TALK_LIMIT_MS)
      const ended = () => finish(null)
      const broken = () => finish("player_failed")
      const finish = (cause) => {
        clearTimeout(limit)
        this.#audio.removeEventListener("ended", ended)
        this.#audio.removeEventListener("error", broken)
        this.#audio.pause()
        this.#stop = () => {}
        done(cause)
      }
      this.#stop = () => finish("muted")
      this.#audio.addEventListener("ended", ended)
      this.#audio.addEventListener("error", broken)
    })
  }

  // A browser that wants to be touched first

  /** Plays a moment of silence, so that whoever hangs the screen up is asked now and not at the first call. */
  async #try_silence() {
    const probe = new Audio(URL.createObjectURL(silence()))
    try {
      await probe.play()
    } catch (error) {
      if (error.name === "NotAllowedError") this.#lock()
    } finally {
      URL.revokeObjectURL(probe.src)
    }
  }

  #lock() {
    this.setAttribute("data-locked", "")
    this.#be_well_or_mute()
    this.querySelector("[data-unlock]").hidden = this.muted
  }

  #unlock = () => {
    if (!this.locked) return
    this.removeAttribute("data-locked")
    this.#be_well_or_mute()
    this.querySelector("[data-unlock]").hidden = true
    this.#talk()
  }

  // Muting

  #key = (event) => {
    this.#unlock()
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key.toLowerCase() === "m") this.#toggle_mute()
  }

  #toggle_mute = () => {
    this.#show_mute(!this.muted)
    this.#keep("muted", this.muted ? "yes" : "no")
    if (this.muted) this.#stop()
  }

  #show_mute(muted) {
    this.toggleAttribute("data-muted", muted)
    this.#be_well_or_mute()
    const button = this.querySelector("[data-mute]")
    button.hidden = !muted
    button.setAttribute("aria-pressed", String(muted))
    this.querySelector("[data-unlock]").hidden = muted || !this.locked
  }

  // What is remembered: deeds across a reload, the switch for good

  #remember_old_calls() {
    try {
      for (const name of JSON.parse(sessionStorage.getItem(this.#name("known")) ?? "[]")) this.#known.add(name)
    } catch {
      // no memory, or not ours: then a reload within seconds may say a call twice
    }
  }

  #keep_known() {
    const newest = [...this.#known].slice(-REMEMBERED)
    this.#known = new Set(newest)
    try {
      sessionStorage.setItem(this.#name("known"), JSON.stringify(newest))
    } catch {
      // as above
    }
  }

  #kept(what) {
    try {
      return localStorage.getItem(this.#name(what))
    } catch {
      return null
    }
  }

  #keep(what, value) {
    try {
      localStorage.setItem(this.#name(what), value)
    } catch {
      // then the switch lasts until the page is opened again
    }
  }

  #name(what) {
    return `announcer:${this.getAttribute("hall")}:${what}`
  }

  #tell(attribute, word) {
    const words = (this.getAttribute(attribute) ?? "").split(" ").filter(Boolean)
    this.setAttribute(attribute, [...words, word].slice(-SHOWN).join(" "))
  }
}

function earlier_first(one, other) {
  return Number(one.dataset.deed) - Number(other.dataset.deed)
}

function age_of(call) {
  return server_now() - Date.parse(call.at)
}

/** A tenth of a second of nothing, as a wav. */
function silence() {
  const rate_hz = 8_000
  const samples = rate_hz / 10
  const view = new DataView(new ArrayBuffer(44 + samples))
  const put = (at, word) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)))
  put(0, "RIFF")
  view.setUint32(4, 36 + samples, true)
  put(8, "WAVEfmt ")
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true) // PCM
  view.setUint16(22, 1, true) // one channel
  view.setUint32(24, rate_hz, true)
  view.setUint32(28, rate_hz, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  put(36, "data")
  view.setUint32(40, samples, true)
  for (let i = 0; i < samples; i += 1) view.setUint8(44 + i, 128)
  return new Blob([view.buffer], { type: "audio/wav" })
}

customElements.define("hall-announcer", HallAnnouncer)
