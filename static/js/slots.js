// The days and times that can be booked, as choices: [data-days], [data-slots] and [data-no-slot] inside a root.

import { sentence } from "./sentences.js"

/**
 * @param {Element} root
 * @param {{day: string, days: {day: string, free: number}[], slots: {start: string, end: string, free: number}[]}} told
 *   as GET …/slots answers
 */
export function draw_slots(root, { day, days, slots }) {
  const free = (n) => (n ? sentence("slot-free", { n }) : sentence("slot-full"))
  root
    .querySelector("[data-days]")
    .replaceChildren(
      ...days.map((one) => choice("day", one.day, day_words(one.day), free(one.free), one.free, one.day === day)),
    )
  root
    .querySelector("[data-slots]")
    .replaceChildren(...slots.map((one) => choice("slot", one.start, span(one), free(one.free), one.free, false)))
  root.querySelector("[data-no-slot]").hidden = slots.some((one) => one.free)
}

/** Until the times of another day are here, none of the day before can be chosen. */
export function forget_slots(root) {
  for (const slot of root.querySelectorAll("[data-slots] input")) Object.assign(slot, { checked: false, disabled: true })
}

export function day_words(day) {
  const form = { month: "long", day: "numeric", weekday: "long", timeZone: "UTC" }
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(`${day}T12:00:00Z`))
}

export function span({ start, end }) {
  return sentence("slot-time", { start: start.slice(11, 16), end: end.slice(11, 16) })
}

function choice(name, value, words, small, enabled, checked) {
  const label = document.createElement("label")
  label.className = name
  const input = Object.assign(document.createElement("input"), { type: "radio", name, value, checked })
  input.className = "sr"
  input.disabled = !enabled
  const text = document.createElement("span")
  text.append(Object.assign(document.createElement("b"), { textContent: words }))
  text.append(Object.assign(document.createElement("small"), { textContent: small }))
  label.append(input, text)
  return label
}
