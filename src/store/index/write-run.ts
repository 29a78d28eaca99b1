import type { IndexedRun } from '../../engine/service/archive/run-index.ts';
import type { IndexDatabase } from './index-database.ts';
import { runNumber } from './run-number.ts';

const ADD_RUN = `INSERT INTO run VALUES (:n, :id, :verdicts, :settings, :finished, :owner, :title, :state, :stamp, :bytes,
  :attempts, :keyOwner, :key, :keyHash, :fingerprint)`;

/** Writes a run into the index, in place of what is known of it. */
export function putRun(database: IndexDatabase, run: IndexedRun): void {
  const { summary, cells, idempotency, reusable } = run;
  const { id, script, sentence } = summary;
  const title = `${script.name}\n${sentence ?? ''}\n${id}`;
  const known = database.prepare('SELECT n, title FROM run WHERE id = ?').get(id);
  const n = known === undefined ? freeNumber(database, summary) : Number(known['n']);
  removeRows(database, n);
  database.prepare(ADD_RUN).run({
    n,
    id,
    verdicts: [...new Set(cells.map(({ verdict }) => verdict))].join(' '),
    settings: `${[...new Set(cells.map(({ settings }) => settings))].join('')}+`,
    finished: summary.finishedAt,
    owner: run.owner,
    title,
    state: summary.state,
    stamp: run.stamp,
    bytes: run.bytes,
    attempts: run.attempts,
    keyOwner: idempotency?.owner ?? null,
    key: idempotency?.key ?? null,
    keyHash: idempotency?.hash ?? null,
    fingerprint: reusable?.fingerprint ?? null,
  });
  const images = reusable === null ? null : JSON.stringify(reusable.images);
  database.prepare('INSERT INTO detail VALUES (?, ?, ?)').run(n, JSON.stringify(summary), images);
  const addCell = database.prepare('INSERT OR IGNORE INTO cell VALUES (?, ?, ?, ?)');
  for (const { ruby, verdict, settings } of cells) addCell.run(ruby, verdict ?? '', `${settings}+`, n);
  // Scripts do not change, so their words are written again only with another title.
  if (known?.['title'] === title) return;
  database.prepare('DELETE FROM words WHERE rowid = ?').run(n);
  database.prepare('INSERT INTO words (rowid, title, script) VALUES (?, ?, ?)').run(n, title, run.text);
}

/** Removes a run from the index. */
export function removeRun(database: IndexDatabase, id: string): void {
  const known = database.prepare('SELECT n FROM run WHERE id = ?').get(id);
  if (known === undefined) return;
  const n = Number(known['n']);
  removeRows(database, n);
  database.prepare('DELETE FROM words WHERE rowid = ?').run(n);
}

function removeRows(database: IndexDatabase, n: number): void {
  database.prepare('DELETE FROM cell WHERE run = ?').run(n);
  database.prepare('DELETE FROM detail WHERE n = ?').run(n);
  database.prepare('DELETE FROM run WHERE n = ?').run(n);
}

function freeNumber(
  database: IndexDatabase,
  of: { readonly createdAt: string; readonly id: string },
): number {
  const isTaken = database.prepare('SELECT 1 FROM run WHERE n = ?');
  let n = runNumber(of);
  while (isTaken.get(n) !== undefined) n += 1;
  return n;
}
