// What a phone keeps for itself, by name. A browser that keeps nothing remembers for as long as the page is open.

const here = new Map()

/** @returns {string | null} */
export function recall(name) {
  try {
    return localStorage.getItem(name) ?? here.get(name) ?? null
  } catch {
    return here.get(name) ?? null
  }
}

export function remember(name, value) {
  here.set(name, String(value))
  try {
    localStorage.setItem(name, value)
  } catch {
    // as above
  }
}

export function forget(name) {
  here.delete(name)
  try {
    localStorage.removeItem(name)
  } catch {
    // as above
  }
}

/** Forgets what is named `first word` for anything that isn't of this day. @param {string[]} words @param {string} day */
export function forget_other_days(words, day) {
  try {
    for (const name of Object.keys(localStorage)) {
      const [first, of = ""] = name.split(" ")
      if (words.includes(first) && !of.startsWith(day)) localStorage.removeItem(name)
    }
  } catch {
    // as above
  }
}
