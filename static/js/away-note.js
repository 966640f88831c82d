// The server can't be reached: a paper that says where to ask, from the browser's own printer.

import { server_now } from "./clock.js"

const AT_MOST_EVERY_MS = 60_000

let printed_at = -Infinity

/** @param {HTMLElement | null} note is there where the hall wants such papers */
export function print_note(note) {
  if (note === null || performance.now() - printed_at < AT_MOST_EVERY_MS) return
  printed_at = performance.now()
  const timeZone = document.querySelector("hall-clock").getAttribute("timezone")
  const told = new Intl.DateTimeFormat("zh-CN", { timeZone, dateStyle: "medium", timeStyle: "short" })
  note.querySelector("[data-when]").textContent = told.format(server_now())
  window.print()
}
