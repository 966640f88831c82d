// Shows notices where only a worker may (see notice.js). A touched notice brings its page to the front.

addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(bring_to_front(event.notification.data))
})

async function bring_to_front(address) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true })
  const page = pages.find((one) => one.url === address)
  await (page ? page.focus() : clients.openWindow(address))
}
