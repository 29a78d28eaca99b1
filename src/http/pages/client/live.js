import { addSample, draw, forget } from './drawing.js';
import { refreshParts } from './parts.js';

/**
 * Follows the events of a run. Samples are drawn here, at once; everything else is rendered by the server, fetched at
 * most once a second.
 */

const REFRESH_MS = 1000;
const address = document.querySelector('main')?.getAttribute('data-live') ?? '';
const events = new EventSource(address);

let refreshedAt = -Infinity;
let isDrawing = false;
/** The refresh that has begun last, and the one that waits behind it. */
let current = Promise.resolve();
/** @type {Promise<void> | null} */
let next = null;

/** One after the other: an answer that is late must not replace a newer one. Settles when the requested state is shown. */
function refresh() {
  next ??= current.then(untilDue).then(() => {
    next = null;
    current = refreshNow();
    return current;
  });
  return next;
}

function untilDue() {
  const wait = refreshedAt + REFRESH_MS - performance.now();
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
}

async function refreshNow() {
  refreshedAt = performance.now();
  try {
    await refreshParts();
  } catch {
    // While the run is running the events reconnect by themselves and begin with its state; not after its end.
    if (events.readyState === EventSource.CLOSED) void refresh();
  }
  requestAnimationFrame(draw);
}

/** @param {{ cell: string, iterations: number, bytes: number, liveSlots: number, slope: number | null }} sample */
function onSample(sample) {
  addSample(sample.cell, sample);
  const row = document.querySelector(`[data-row="${CSS.escape(sample.cell)}"]`);
  setText(row?.querySelector('.iterations'), sample.iterations.toLocaleString('en-US'));
  if (sample.slope !== null) {
    const slope = sample.slope.toLocaleString('en-US', { maximumFractionDigits: 1 });
    const rate = document.querySelector(`[data-cell="${CSS.escape(sample.cell)}"] .rate`);
    setText(row?.querySelector('.slope'), slope);
    setText(rate, `${slope} bytes/iteration so far`);
  }
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    draw();
  });
}

/**
 * @param {Element | null | undefined} element
 * @param {string} text
 */
function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** The last known detail of each cell that is being measured. @type {Map<string, string | null>} */
const details = new Map();

/** @param {MessageEvent<string>} message */
function onMessage(message) {
  const event = JSON.parse(message.data);
  switch (event.type) {
    case 'sample':
      onSample(event);
      break;
    case 'cell-state':
      details.set(event.cell, event.detail);
      void refresh().then(() => {
        // The page may be newer than this event by now: a cell that is done says what came of it.
        if (details.get(event.cell) !== event.detail) return;
        const row = document.querySelector(`[data-row="${CSS.escape(event.cell)}"]`);
        if (event.detail !== null) setText(row?.querySelector('.detail'), event.detail);
      });
      break;
    case 'cell':
      forget(event.cell.id);
      details.delete(event.cell.id);
      void refresh();
      break;
    case 'run':
    case 'done':
      if (event.run.finishedAt !== null) {
        events.close();
        details.clear();
        for (const cell of event.run.cells) forget(cell.id);
      }
      void refresh();
      break;
  }
}

for (const name of ['message', 'run', 'note', 'cell-state', 'sample', 'cell', 'done']) {
  events.addEventListener(name, onMessage);
}

/** @param {HTMLButtonElement} button */
async function cancel(button) {
  button.disabled = true;
  const headers = { accept: 'application/json' };
  const answer = await fetch(button.dataset.cancel ?? '', { method: 'DELETE', headers });
  if (answer.ok) return;
  const problem = await answer.json().catch(() => ({}));
  button.disabled = false;
  const status = button.parentElement?.querySelector('[role=status]');
  setText(status, problem.detail ?? `It was refused (${answer.status}).`);
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-cancel]') : null;
  if (button instanceof HTMLButtonElement) void cancel(button);
});

document.documentElement.classList.add('followed');
