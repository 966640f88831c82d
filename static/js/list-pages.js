// A list too long for a wall is shown page by page, since smaller type can't be read from afar.
//
// [data-paged] is such a list; its sheet says in --most and --lines how many columns and rows of it can be read at
// once. What is on the present page gets data-shown and every entry its place in the grid; the rest keep theirs
// unseen, so that the list is as high on every page. --columns, --pages and --page are told to the sheet.

export class ListPages {
  #board

  constructor(board) {
    this.#board = board
  }

  /** By the clock, so that all boards of a hall show the same page. */
  look(now) {
    const turn = Math.floor(now / (Number(this.#board.getAttribute("queues-s")) * 1_000))
    for (const list of this.#board.querySelectorAll("[data-paged]")) lay_out(list, turn)
  }
}

function lay_out(list, turn) {
  const entries = [...list.children]
  const sheet = getComputedStyle(list)
  const most = Number(sheet.getPropertyValue("--most"))
  const pages = Math.max(1, Math.ceil(entries.length / (most * Number(sheet.getPropertyValue("--lines")))))
  const of_a_page = Math.ceil(entries.length / pages)
  const columns = Math.max(1, Math.min(most, of_a_page))
  const page = turn % pages
  entries.forEach((entry, number) => {
    const place = number % of_a_page
    entry.style.gridArea = pages === 1 ? "" : `${Math.floor(place / columns) + 1} / ${(place % columns) + 1}`
    entry.toggleAttribute("data-shown", Math.floor(number / of_a_page) === page)
  })
  list.style.setProperty("--columns", columns)
  list.style.setProperty("--pages", pages)
  list.style.setProperty("--page", page)
  list.toggleAttribute("data-turning", pages > 1)
}
