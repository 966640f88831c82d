// How a matter and what the hall says of it are called in the page's language.

const HAN = /[\u3400-\u9fff]/

const english = () => document.documentElement.lang === "en"

/** @param {{name: string, name_en?: string}} one */
export function name_of(one) {
  return (english() && one.name_en) || one.name
}

/** The same in the language beside it. @param {{name: string, name_en?: string}} one */
export function other_name_of(one) {
  return (english() ? one.name : one.name_en) || ""
}

/** What the hall says of a thing under a key (``where``), to be put into the page. */
export function said(thing, key) {
  return english() && thing[`${key}_en`] ? thing[`${key}_en`] : marked(thing[key] ?? "")
}

/** What to bring, each paper once, as one line to be put into the page: its pieces, none for nothing.
 *  @param {string[]} papers */
export function papers_said(papers) {
  const comma = english() ? ", " : "、"
  return [...new Set(papers)].flatMap((paper, place) => [...(place ? [comma] : []), paper_said(paper)])
}

function paper_said(paper) {
  const known = document.querySelector(`template[data-sentence="paper:${CSS.escape(paper)}"]`)
  return known ? known.content.textContent : marked(paper)
}

/** Chinese words on an English page say what they are, so that they are read aloud so. */
function marked(words) {
  if (!english() || !HAN.test(words)) return words
  const span = document.createElement("span")
  span.lang = "zh-CN"
  span.textContent = words
  return span
}
