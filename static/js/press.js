// A press: one changing request, once, whatever the finger and the network do.
//
// The same press while one is under way is that one. A press whose answer was lost is sent again with
// the same Idempotency-Key, by itself at first and later by the finger, so that it stays one deed.

import { sentence } from "./sentences.js"

const ANSWER_LIMIT_MS = 8_000
const AGAIN_AFTER_MS = [400, 1_200, 3_000]
const KEY_KEPT_MS = 120_000

const under_way = new Map()
const unanswered = new Map()

/**
 * @typedef {{ok: boolean, status: number, data: any, code: string | null, sentence: string, away: boolean}} Answer
 *   status is 0 and away true when no answer came; sentence is for the person, "" when ok.
 *
 * @param {string} url
 * @param {{method?: string, body?: object, headers?: Record<string, string>, on?: HTMLElement | null}} options
 *   `on` is the button: busy while the press is under way.
 * @returns {Promise<Answer>}
 */
export function press(url, { method = "POST", body = {}, headers = {}, on = null } = {}) {
  const same = `${method} ${url} ${JSON.stringify(body)}`
  const running = under_way.get(same)
  if (running) return running
  const pressing = send(same, url, method, body, headers).finally(() => {
    under_way.delete(same)
    busy(on, false)
  })
  under_way.set(same, pressing)
  busy(on, true)
  return pressing
}

/** Reads something; the answer has the shape of a press's. @returns {Promise<Answer>} */
export async function ask(url, { headers = {} } = {}) {
  try {
    return await answer(await request(url, { headers: { ...headers, ...accept() } }))
  } catch {
    return nothing()
  }
}

async function send(same, url, method, body, headers) {
  const key = key_of(same)
  const options = {
    method,
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "Idempotency-Key": key, ...accept(), ...headers },
  }
  for (const wait_ms of [...AGAIN_AFTER_MS, null]) {
    try {
      const response = await request(url, options)
      unanswered.delete(same)
      return await answer(response)
    } catch {
      if (wait_ms !== null) await new Promise((done) => setTimeout(done, wait_ms))
    }
  }
  return nothing()
}

function request(url, options) {
  return fetch(url, { ...options, credentials: "same-origin", signal: AbortSignal.timeout(ANSWER_LIMIT_MS) })
}

async function answer(response) {
  const text = await response.text()
  let data = null
  try {
    data = text ? JSON.parse(text) : null
  } catch {
    // a proxy's own page, not ours: the status says enough
  }
  const said = response.ok ? "" : data?.detail || data?.title || sentence("refused")
  return { ok: response.ok, status: response.status, data, code: data?.code ?? null, sentence: said, away: false }
}

function nothing() {
  return { ok: false, status: 0, data: null, code: null, sentence: sentence("away-press"), away: true }
}

function accept() {
  return { Accept: "application/json", "Accept-Language": document.documentElement.lang }
}

function key_of(same) {
  const now = Date.now()
  for (const [other, kept] of unanswered) if (now - kept.at > KEY_KEPT_MS) unanswered.delete(other)
  const kept = unanswered.get(same)
  if (kept) return kept.key
  const key = new_key()
  unanswered.set(same, { key, at: now })
  return key
}

function new_key() {
  if (crypto.randomUUID) return crypto.randomUUID() // only there on https and on this machine itself
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

function busy(button, is) {
  if (!button) return
  button.toggleAttribute("data-busy", is)
  if (is) button.setAttribute("aria-disabled", "true") // not "disabled": that would take the focus away
  else button.removeAttribute("aria-disabled")
  if (!is) button.dispatchEvent(new Event("answered", { bubbles: true }))
}
