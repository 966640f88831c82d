// What an eye would find wrong with a laid out page. Run inside it; gives sentences, none when all is well.
// What is in a [data-strip] is swept into sight by a finger.

function* texts() {
  const over = document.querySelector("dialog[open]") ?? document.body
  const walker = document.createTreeWalker(over, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const of = node.parentElement
    if (!node.data.trim() || of.closest(".sr, template, script, option, [data-strip]")) continue
    if (!of.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const lines = [...range.getClientRects()].filter((line) => line.width >= 1)
    yield { of, words: node.data.trim().slice(0, 30), lines }
  }
}

function cutOff() {
  return [...texts()].flatMap(({ of, words, lines }) =>
    lines.flatMap((line) => {
      const why = whyCut(line, of)
      return why ? [`${words}: ${why}`] : []
    }),
  )
}

function whyCut(line, of) {
  if (line.left < -1 || line.right > innerWidth + 1) return "beyond the page"
  const spare = line.height / 4 // a line is taller than its letters
  for (let around = of; around && around !== document.body; around = around.parentElement) {
    const { overflowX, overflowY, position } = getComputedStyle(around)
    const edge = around.getBoundingClientRect()
    const name = `${around.localName}.${around.className}`
    if (overflowX !== "visible" && (line.left < edge.left - 1 || line.right > edge.right + 1)) return `sideways by ${name}`
    const hides = overflowY === "hidden" || overflowY === "clip"
    if (hides && (line.top < edge.top - spare || line.bottom > edge.bottom + spare)) return `at the edge of ${name}`
    if (position === "fixed") break
  }
  return null
}

/** What is scrolled out of sight inside its box lies over nothing. */
function inSight(line, of) {
  for (let around = of; around && around !== document.body; around = around.parentElement) {
    if (!["auto", "scroll"].includes(getComputedStyle(around).overflowY)) continue
    const edge = around.getBoundingClientRect()
    if (line.bottom > edge.bottom || line.top < edge.top) return false
  }
  return true
}

function overlapping() {
  const boxes = [...texts()].flatMap(({ of, words, lines }) =>
    lines.filter((line) => inSight(line, of)).map(({ left, right, top, bottom }) => {
      const air = (bottom - top) * 0.3 // above and below the letters
      return { of, words, left, right, top: top + air, bottom: bottom - air }
    }),
  )
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      return a.of !== b.of && wide > 2 && high > 2 ? [`${a.words} over ${b.words}`] : []
    }),
  )
}
