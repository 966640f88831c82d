// A wait in words, by the same rounding as the server's sentences.py.

import { sentence } from "./sentences.js"

/** @param {{low_min: number, high_min: number} | null} wait */
export function wait_words(wait) {
  if (!wait) return sentence("wait-none")
  if (wait.high_min < 1) return sentence("wait-soon")
  const low = Math.max(1, Math.round(wait.low_min))
  const high = Math.max(1, Math.round(wait.high_min))
  return low === high ? sentence("wait-one", { n: high }) : sentence("wait-range", { low, high })
}
