// The roll grows by itself: the page is asked for again every few seconds, and only what is new is drawn.

import { patch } from "./patch.js"

const LOOK_EVERY_MS = 3_000

async function look() {
  if (document.hidden) return
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } })
    if (!response.ok) return
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-papers]")
    if (fresh) patch(document.querySelector("[data-papers]"), fresh.innerHTML)
  } catch {
    // the server is away: the papers shown stay true, the next look tries again
  }
}

setInterval(look, LOOK_EVERY_MS)
