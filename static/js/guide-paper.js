// What a matter asks for, on the paper of the machine where it is read; where there is none the browser prints.

import { ask, press } from "./press.js"
import { sentence } from "./sentences.js"

const LOOK_EVERY_MS = 400
const PAPER_LIMIT_MS = 25_000

/**
 * @param {HTMLElement} button says by data-paper-of whose list it prints
 * @param {HTMLElement} says is told how far it is
 */
export async function print_guide(button, says) {
  const { api } = document.querySelector("meta[name=hall]").dataset
  const item = button.dataset.paperOf
  const say = (words) => (says.textContent = words)
  const url = `${api}/items/${encodeURIComponent(item)}/papers`
  const answer = await press(url, { body: { language: document.documentElement.lang }, on: button })
  if (!answer.ok) return say(answer.sentence)
  say(sentence("guide-waiting"))
  const since = Date.now()
  while (Date.now() - since < PAPER_LIMIT_MS) {
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS))
    const paper = await ask(`${api}/papers/${answer.data.deed}`)
    if (!says.isConnected || paper.status === 401) return // nobody looks, or a demonstration without a device
    if (paper.ok && ["printed", "failed"].includes(paper.data.state)) return say(sentence(`guide-${paper.data.state}`))
  }
  say(sentence("guide-failed"))
}
