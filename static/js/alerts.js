// What a manager has seen is put away: [data-put-away] in a list of alerts. The list itself is the live region's.

import { press } from "./press.js"

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-put-away]")
  if (!button) return
  const { api } = document.querySelector("meta[name=hall]").dataset
  const answer = await press(`${api}/alerts/${button.dataset.putAway}`, { method: "DELETE", on: button })
  if (!answer.ok && answer.code !== "unknown_alert") button.title = answer.sentence
})
