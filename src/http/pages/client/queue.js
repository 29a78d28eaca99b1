import { refreshParts } from './parts.js';

/**
 * Follows the queue by the events of its first run, and fetches the page again at most once a second. Runs that come
 * to an empty queue, or behind a run that waits for long, have no event here: they are looked for now and then.
 */

const REFRESH_MS = 1000;
const LOOK_MS = 10_000;
const EVENTS = ['run', 'cell-state', 'cell', 'done'];

/** @type {EventSource | null} */
let events = null;
let followed = '';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let isDue = false;

/** Fetches the page when its time has come: soon after an event, else after a while. */
function plan() {
  clearTimeout(timer);
  timer = setTimeout(refresh, isDue ? REFRESH_MS : LOOK_MS);
}

async function refresh() {
  isDue = false;
  // A page that nobody sees waits until somebody does.
  if (!document.hidden) await refreshParts().catch(() => undefined);
  follow();
  plan();
}

function changed() {
  if (isDue) return;
  isDue = true;
  plan();
}

function follow() {
  const address = document.querySelector('[data-follow]')?.getAttribute('data-follow') ?? '';
  const isOver = events?.readyState === EventSource.CLOSED;
  if (address === followed && !isOver) return;
  events?.close();
  followed = address;
  events = address === '' ? null : new EventSource(address);
  for (const name of EVENTS) events?.addEventListener(name, changed);
  // The end of a run closes its events: what is first now is followed instead.
  events?.addEventListener('done', () => events?.close());
}

document.addEventListener('visibilitychange', changed);
follow();
plan();
