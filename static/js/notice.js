// A phone's own notice that the number is near or called, for a page that nobody looks at.
//
// Asked for on a press alone. Some phones (Android) let only a worker show one; notice-worker.js is that and nothing
// more: it keeps nothing and answers for no page. Browsers offer notices over https and on the server's own machine.

export class Notices {
  #worker = null

  /** From a click only: asks once whether notices may be shown. */
  async ask() {
    if (!("Notification" in globalThis)) return
    try {
      if (Notification.permission === "default") await Notification.requestPermission()
    } catch {
      return // an old browser, which would want to be asked in another way
    }
    if (Notification.permission === "granted") this.#ready()
  }

  /** @param {string} words @param {string} of what it is about: the next about the same takes its place */
  async show(words, of) {
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return
    const details = { tag: of, renotify: true, data: location.href, lang: document.documentElement.lang }
    try {
      const worker = await this.#ready()
      if (worker) await worker.showNotification(words, details)
      else new Notification(words, details).onclick = () => window.focus()
    } catch {
      // this browser can't after all: the bell rings and the page shows
    }
  }

  #ready() {
    this.#worker ??= registered(new URL("notice-worker.js", import.meta.url)).catch(() => null)
    return this.#worker
  }
}

async function registered(address) {
  const registration = await navigator.serviceWorker.register(address)
  const worker = registration.installing ?? registration.waiting ?? registration.active
  if (worker.state !== "activated") {
    await new Promise((done) =>
      worker.addEventListener("statechange", () => worker.state === "activated" && done(null)),
    )
  }
  return registration
}
