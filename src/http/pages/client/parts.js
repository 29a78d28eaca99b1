/**
 * Parts of the page that the server renders again while a run is running. What the server sent last is kept beside
 * the document: drawings of this page are no change, and an unchanged part is never touched.
 */

/** @type {Map<string, string>} */
const shown = new Map();

/** @param {Document} page */
function partsOf(page) {
  return [...page.querySelectorAll('[data-part]')].map((element) => ({
    element,
    name: element.getAttribute('data-part') ?? '',
  }));
}

for (const { element, name } of partsOf(document)) shown.set(name, element.outerHTML);

/** A server that has not answered by then is asked again. */
const ANSWER_MS = 20_000;

/** Fetches the page again and puts in what has changed. Throws when the server has no answer at the moment. */
export async function refreshParts() {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const answer = await fetch(location.href, { headers: { accept: 'text/html' }, signal });
  if (answer.status === 429 || answer.status >= 500)
    throw new Error(`the page was refused: ${answer.status}`);
  // Removed meanwhile: what is shown is the last there was of it.
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // First, for what is replaced is taken out of the page that was fetched.
  insertNew(page);
  const fresh = new Map(partsOf(page).map(({ name, element }) => [name, element]));
  for (const { element, name } of partsOf(document)) {
    const next = fresh.get(name);
    if (next !== undefined && shown.get(name) !== next.outerHTML) {
      shown.set(name, next.outerHTML);
      replace(element, document.adoptNode(next));
    }
  }
  document.title = page.title;
}

/**
 * Puts in parts that this page has not: a search measures cells that nobody knew of before. They are beside others of
 * their kind, which stay in their order.
 * @param {Document} page
 */
function insertNew(page) {
  const there = new Map(partsOf(document).map(({ name, element }) => [name, element]));
  for (const { name, element } of partsOf(page)) {
    if (there.has(name)) continue;
    const before = neighbour(element, 'previousElementSibling', there);
    const after = before === undefined ? neighbour(element, 'nextElementSibling', there) : undefined;
    if (before === undefined && after === undefined) continue;
    shown.set(name, element.outerHTML);
    const added = document.importNode(element, true);
    there.set(name, added);
    if (before === undefined) after?.before(added);
    else before.after(added);
  }
}

/**
 * The nearest part on one side of an element that this page has.
 * @param {Element} element
 * @param {'previousElementSibling' | 'nextElementSibling'} side
 * @param {ReadonlyMap<string, Element>} there
 */
function neighbour(element, side, there) {
  for (let next = element[side]; next !== null; next = next[side]) {
    const found = there.get(next.getAttribute('data-part') ?? '');
    if (found !== undefined) return found;
  }
  return undefined;
}

const FOCUSABLE = 'a, button, summary, [tabindex]';

/**
 * What was open stays open, and the focus stays where it was.
 * @param {Element} old
 * @param {Element} next
 */
function replace(old, next) {
  for (const details of old.querySelectorAll('details[open][id]')) {
    next.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute('open', '');
  }
  const focused = [...old.querySelectorAll(FOCUSABLE)].findIndex((one) => one === document.activeElement);
  old.replaceWith(next);
  const again = focused === -1 ? undefined : next.querySelectorAll(FOCUSABLE)[focused];
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}
