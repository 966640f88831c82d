// The dialogs of a window's console: what a press still has to ask for.
//
// The contract with window.html: [data-asks="hold"] is the dialog of that press, [data-choose] with
// data-value a choice in it, [data-digit] the digit that chooses it, [data-form] a form whose submit is a
// press, [data-cancel] the way out, [data-says] where a no is read.

import { server_now } from "./clock.js"
import { ItemSearch } from "./item-search.js"

const NUMBER_DIGITS = 3
const LINES_LIMIT = 20

export class Asks {
  #console
  #beside = [] // the matters chosen for a chain, besides the present one

  constructor(console) {
    this.#console = console
    console.addEventListener("click", this.#clicked)
    console.addEventListener("submit", this.#submitted)
    console.addEventListener("change", this.#changed)
    const search = (name, chosen) => new ItemSearch(this.#dialog(name), console.getAttribute("api"), chosen)
    if (!this.#dialog("transfer")) return // nobody is signed in: there is nothing to ask
    search("transfer", (item, button) => this.#transfer(button, { item: item.id }))
    search("chain", (item) => this.#add(item))
  }

  get open() {
    return this.#console.querySelector("dialog[open]")
  }

  #dialog(what) {
    return this.#console.querySelector(`dialog[data-asks="${what}"]`)
  }

  ask(what) {
    const dialog = this.#dialog(what)
    const { ticket, number, papers, chain } = this.#console.ticket
    dialog.querySelector("[data-says]").textContent = ""
    for (const form of dialog.querySelectorAll("form")) form.reset()
    for (const box of dialog.querySelectorAll("[data-keep-wait]")) box.checked = true
    for (const note of dialog.querySelectorAll("[data-note]")) note.hidden = true
    for (const here of dialog.querySelectorAll("[data-number-here]")) here.textContent = number ?? ""
    for (const list of dialog.querySelectorAll("[data-papers]")) draw_papers(list, papers)
    for (const box of dialog.querySelectorAll("[name=print_way]")) box.checked = false
    dialog.dataset.ticket = ticket ?? ""
    const copied = dialog.querySelector("[data-copied]")
    if (copied) copied.replaceChildren(...this.#listed())
    if (what === "chain") {
      this.#beside = JSON.parse(chain ?? "[]")
      this.#draw_chain()
    }
    dialog.showModal()
  }

  close() {
    this.open?.close()
  }

  /** A dialog about a ticket that is no longer here would act on another one. */
  close_what_is_gone(may) {
    const dialog = this.open
    if (!dialog) return
    const gone = dialog.dataset.ticket !== (this.#console.ticket.ticket ?? "")
    if (gone || (dialog.dataset.asks === "pause" && !may("pause"))) dialog.close()
  }

  /** A no may name the field that it is about: there the next words go. */
  refused(answer) {
    const field = answer.data?.errors?.[0]?.field
    this.open?.querySelector(`[name="${CSS.escape(field ?? "")}"]`)?.focus()
  }

  digit(event) {
    if (event.target.matches("input:not([type=radio], [type=checkbox])")) return
    const search = event.key === "/" ? this.open.querySelector("[data-search]") : null
    if (search) {
      event.preventDefault()
      search.focus()
    }
    if (!/^\d$/.test(event.key)) return
    const choice = this.open.querySelector(`[data-digit="${event.key}"]`)
    if (!choice) return
    event.preventDefault()
    choice.click()
  }

  /** The held and the passed tickets, as the console lists them below. */
  #listed() {
    return [...this.#console.querySelectorAll("hall-live [data-press=call_ticket]")].map((button) => {
      const copy = button.cloneNode(true)
      copy.removeAttribute("data-key")
      copy.removeAttribute("data-press")
      copy.dataset.choose = "call_ticket"
      copy.dataset.value = button.dataset.ticket
      return copy
    })
  }

  #clicked = (event) => {
    const button = event.target.closest("button")
    if (!button) return
    if (button.hasAttribute("data-cancel")) this.close()
    else if (button.dataset.choose) this.#choose(button)
  }

  #choose(button) {
    const { choose, value } = button.dataset
    const { send, at } = { send: this.#console.send.bind(this.#console), at: this.#console.at.bind(this.#console) }
    if (choose === "pause") send(button, "PUT", at("state"), { state: "paused", reason: value })
    else if (choose === "hold") send(button, "POST", at("holds"), { reason: value })
    else if (choose === "transfer_zone") this.#transfer(button, { zone: value })
    else if (choose === "transfer_window") this.#transfer(button, { window: value })
    else if (choose === "call_ticket") send(button, "POST", at("calls"), { ticket: value })
    else if (choose === "leave_out") this.#leave_out(value)
    else if (choose === "complete_and_close") this.#and_close(button, "completions")
    else if (choose === "hold_and_close") this.#and_close(button, "holds")
  }

  #changed = (event) => {
    const note = event.target.closest("dialog")?.querySelector("[data-note]")
    if (!note || event.target.name !== "outcome") return
    const { asksFor, lists } = event.target.dataset
    note.hidden = !asksFor
    note.querySelector("[data-note-asks]").textContent = asksFor ?? ""
    const papers = note.querySelector("[data-papers]")
    papers.hidden = lists === undefined || papers.childElementCount === 0
    note.querySelector("[data-print-list]").hidden = lists === undefined
    const inside = papers.hidden ? note.querySelector("input[name=note]") : papers.querySelector("input")
    const next = asksFor ? inside : note.closest("form").querySelector("[type=submit]")
    next.focus()
  }

  #submitted = (event) => {
    const form = event.target
    const what = form.dataset.form
    if (!what) return
    event.preventDefault()
    const console = this.#console
    const button = form.querySelector("[type=submit]")
    const words = (name) => form.elements[name]?.value.trim() || undefined
    if (what === "complete") {
      this.#complete(button, form)
    } else if (what === "hold") {
      console.send(button, "POST", console.at("holds"), { reason: words("reason") })
    } else if (what === "pause") {
      console.send(button, "PUT", console.at("state"), { state: "paused", reason: words("reason") })
    } else if (what === "hand_over") {
      this.#hand_over(button, words("to"))
    } else if (what === "chain") {
      this.#plan(button)
    } else {
      const ticket = this.#id_of(words("number"))
      console.send(button, "POST", console.at("calls"), { ticket, reason: words("reason") })
    }
  }

  /** `A12` as typed is `20261121-A012`: today's, in the hall's own time. */
  #id_of(number) {
    const [, letters, digits] = number.replace(/\s/g, "").toUpperCase().match(/^([A-Z]+)0*(\d*)$/)
    const day = new Intl.DateTimeFormat("sv-SE", { timeZone: this.#console.getAttribute("timezone") }).format(server_now())
    return `${day.replaceAll("-", "")}-${letters}${digits.padStart(NUMBER_DIGITS, "0")}`
  }

  // Presses of dialogs

  async #transfer(button, where) {
    const console = this.#console
    const dialog = button.closest("dialog")
    const { ticket } = dialog.dataset
    const keep_wait = dialog.querySelector("[data-keep-wait]").checked
    const wanted = dialog.querySelector("[name=print_way]").checked
    if (!(await console.send(button, "POST", console.of_ticket("transfer", ticket), { ...where, keep_wait }))) return
    if (wanted) await console.print(button, "receipts", { kind: "transfer" }, ticket)
  }

  async #complete(button, form) {
    const console = this.#console
    const { ticket } = form.closest("dialog").dataset
    const body = { outcome: form.elements.outcome.value, note: note_of(form) }
    const print = form.querySelector("[data-print-list]")
    const lines = !print.hidden && form.elements.print_list.checked ? lines_of(form) : []
    if (!(await console.send(button, "POST", console.at("completions"), body))) return
    if (lines.length) await console.print(button, "receipts", { kind: "missing", lines }, ticket)
  }

  async #and_close(button, noun) {
    const console = this.#console
    if (await console.send(button, "POST", console.at(noun), {})) await console.send(button, "PUT", console.at("state"), { state: "closed" })
  }

  /** The next clerk signs in where the one before has signed out; the ticket stays here. */
  async #hand_over(button, to) {
    const console = this.#console
    if (!(await console.send(button, "POST", console.at("handovers"), { to }))) return
    const leave = console.querySelector("form[data-leaves]")
    if (!leave) return // a manager stays
    await fetch(leave.action, { method: "POST", credentials: "same-origin", redirect: "manual" })
    location.assign(console.getAttribute("sign-in"))
  }

  // A chain

  #add(item) {
    if (!this.#beside.some((one) => one.id === item.id)) this.#beside.push(item)
    this.#draw_chain()
  }

  #leave_out(item) {
    this.#beside = this.#beside.filter((one) => one.id !== item)
    this.#draw_chain()
  }

  #draw_chain() {
    const chosen = this.#beside.map((item) => {
      const button = this.#dialog("chain").querySelector("template[data-chosen]").content.firstElementChild.cloneNode(true)
      button.dataset.value = item.id
      button.querySelector("span").textContent = item.name
      return button
    })
    this.#dialog("chain").querySelector("[data-beside]").replaceChildren(...chosen)
  }

  #plan(button) {
    const dialog = button.closest("dialog")
    const items = this.#beside.map((item) => item.id)
    return this.#console.send(button, "PUT", this.#console.of_ticket("chain", dialog.dataset.ticket), { items })
  }
}

/** What is missing, told once and whole: the papers ticked, and what else was written. */
function note_of(form) {
  return told(form).join("、") || undefined
}

/** The same, a line each, as the list that is printed has them. */
function lines_of(form) {
  return told(form).flatMap((words) => words.match(/.{1,100}/gu)).slice(0, LINES_LIMIT)
}

function told(form) {
  if (form.querySelector("[data-note]").hidden) return []
  const papers = form.querySelector("[data-papers]")
  const ticked = papers.hidden ? [] : [...papers.querySelectorAll("input:checked")].map((box) => box.value)
  return [...ticked, form.elements.note.value.trim()].filter(Boolean)
}

function draw_papers(list, papers) {
  const boxes = (papers ? JSON.parse(papers) : []).map((paper) => {
    const label = document.createElement("label")
    const box = document.createElement("input")
    box.type = "checkbox"
    box.value = paper.value
    label.className = "choice"
    label.append(box, Object.assign(document.createElement("span"), { textContent: paper.name }))
    return label
  })
  list.replaceChildren(...boxes)
}
