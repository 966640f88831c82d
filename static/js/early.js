// A press that comes before the page's scripts are here, as on a slow network: it is kept, and done when they are.
//
// A classic script in the head, so that no press is earlier. Forms that the server itself answers are left alone.

const KEPT_MS = 10_000 // who pressed longer ago has gone on to something else

addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("button")
    const waits = []
    for (let one = button; (one = one?.closest(":not(:defined)")); one = one.parentElement) waits.push(one.localName)
    if (!waits.length || button.form?.hasAttribute("action")) return
    event.preventDefault()
    for (const other of document.querySelectorAll("[data-early]")) delete other.dataset.early
    button.dataset.early = "" // the last one counts, once
    const at = Date.now()
    Promise.all(waits.map((name) => customElements.whenDefined(name))).then(() => {
      const meant = "early" in button.dataset && button.isConnected && Date.now() - at < KEPT_MS
      delete button.dataset.early
      if (meant) button.click()
    })
  },
  true,
)
