// How a matter and the papers for it are called in the page's language.

import { sentence } from "./sentences.js"

const english = () => document.documentElement.lang === "en"

/** @param {{name: string, name_en?: string}} one */
export function name_of(one) {
  return (english() && one.name_en) || one.name
}

/** The same in the language beside it. @param {{name: string, name_en?: string}} one */
export function other_name_of(one) {
  return (english() ? one.name : one.name_en) || ""
}

/** What to bring, each paper once, as one line; "" for nothing. @param {string[]} papers */
export function papers_words(papers) {
  return [...new Set(papers)].map(paper_words).join(english() ? ", " : "、")
}

function paper_words(paper) {
  const known = document.querySelector(`template[data-sentence="paper:${CSS.escape(paper)}"]`)
  return known ? known.content.textContent : paper
}
