// What scripts say, from the page's own catalogue: <template data-sentence="key">…%(n)s…</template>.

/**
 * The sentence with its %(name)s filled in; it throws for one the page doesn't carry.
 * @param {string} key
 * @param {Record<string, string | number>} values
 */
export function sentence(key, values = {}) {
  const one = values.n === 1 ? document.querySelector(`template[data-sentence="${key}-one"]`) : null
  const template = one ?? document.querySelector(`template[data-sentence="${key}"]`)
  if (!template) throw new Error(`the page has no sentence "${key}"`)
  return template.content.textContent.trim().replace(/%\((\w+)\)s/g, (_, name) => String(values[name]))
}
