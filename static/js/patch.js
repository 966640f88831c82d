// Makes a live region look like fresh html while touching only what differs, so that a finger on a
// button, the focus and a half-typed word survive an update.
//
// The contract with the markup: data-key names an element across updates; data-busy (set by
// press.js) keeps an element's attributes and words as the script left them; data-own keeps its inside.

let whole = true

/** @param {Element} region @param {string} html @returns {boolean} whether it is as the html now: what is busy is not */
export function patch(region, html) {
  const fresh = document.createElement("template")
  fresh.innerHTML = html
  whole = true
  patchChildren(region, fresh.content)
  return whole
}

function patchChildren(old, fresh) {
  const keyed = new Map()
  for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child)
  let cursor = old.firstChild
  for (const node of [...fresh.childNodes]) {
    const match = findMatch(node, cursor, keyed)
    if (match === null) {
      old.insertBefore(node, cursor)
      continue
    }
    if (match === cursor) cursor = cursor.nextSibling
    else old.insertBefore(match, cursor)
    patchNode(match, node)
  }
  while (cursor) {
    const next = cursor.nextSibling
    cursor.remove()
    cursor = next
  }
}

function findMatch(node, cursor, keyed) {
  const key = node.dataset?.key
  if (key) return sameKind(keyed.get(key), node) ? keyed.get(key) : null
  return sameKind(cursor, node) && !cursor.dataset?.key ? cursor : null
}

function sameKind(old, node) {
  return Boolean(old) && old.nodeType === node.nodeType && old.nodeName === node.nodeName && old.id === node.id
}

function patchNode(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue
    return
  }
  if (old.hasAttribute("data-busy")) {
    whole = false
    return
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "data-early") old.removeAttribute(name) // early.js waits with that press
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  if (!old.hasAttribute("data-own")) patchChildren(old, fresh)
}
