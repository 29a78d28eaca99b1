import type { SQLInputValue } from 'node:sqlite';
import type { RunState } from '../../domain/run/record.ts';
import type { RunIndex } from '../../engine/service/archive/run-index.ts';
import type { RunSummary } from '../../engine/service/archive/run-summary.ts';
import { findRuns } from './find-runs.ts';
import { IndexDatabase } from './index-database.ts';
import { putRun, removeRun } from './write-run.ts';

/**
 * Opens the index of a results folder, in SQLite: it survives the service, and is made again where it is damaged.
 * @param path the file; `:memory:` for an index that is not kept
 */
export function openRunIndex(path: string, warn: (message: string) => void): RunIndex {
  const database = new IndexDatabase(path, warn);
  const one = (sql: string, ...values: readonly SQLInputValue[]) =>
    database.read(() => database.prepare(sql).get(...values));
  const all = (sql: string, ...values: readonly SQLInputValue[]) =>
    database.read(() => database.prepare(sql).all(...values));
  return {
    put: (run) => database.write(() => putRun(database, run)),
    remove: (id) => database.write(() => removeRun(database, id)),
    restore: () => database.restore(),
    search: (query) => database.read(() => findRuns(database, query)),

    get(id) {
      const row = one('SELECT finished, attempts, stamp FROM run WHERE id = ?', id);
      if (row === undefined) return null;
      const { finished, attempts, stamp } = row;
      return { finishedAt: textOf(finished), attempts: Number(attempts), stamp: textOf(stamp) };
    },

    ids: () => new Set(all('SELECT id FROM run').map(({ id }) => String(id))),

    finishedStamps: () =>
      new Map(
        all('SELECT id, stamp FROM run WHERE finished IS NOT NULL').map(
          ({ id, stamp }) => [String(id), textOf(stamp)] as const,
        ),
      ),

    unfinished: (most) =>
      all('SELECT id FROM run WHERE finished IS NULL ORDER BY n DESC LIMIT ?', most).map(({ id }) =>
        String(id),
      ),

    findKey(owner, key) {
      const row = one('SELECT id, key_hash FROM run WHERE key_owner = ? AND key = ?', owner, key);
      return row === undefined ? null : { id: String(row['id']), hash: String(row['key_hash']) };
    },

    findAnswer(fingerprint) {
      const sql =
        'SELECT id, images FROM run JOIN detail USING (n) WHERE fingerprint = ? ORDER BY n DESC LIMIT 1';
      const row = one(sql, fingerprint);
      if (row === undefined) return null;
      return { id: String(row['id']), images: JSON.parse(String(row['images'])) as Record<string, string> };
    },

    extent() {
      const bytes = Number(one('SELECT total(bytes) AS bytes FROM run')?.['bytes']);
      const first = one('SELECT summary FROM detail ORDER BY n LIMIT 1')?.['summary'];
      return { bytes, oldest: first === undefined ? null : createdAtOf(first) };
    },

    kept: () =>
      all('SELECT id, state, bytes, summary FROM run JOIN detail USING (n)').map((row) => ({
        id: String(row['id']),
        state: row['state'] as RunState,
        createdAt: createdAtOf(row['summary']),
        bytes: Number(row['bytes']),
      })),
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const createdAtOf = (summary: unknown): string => (JSON.parse(String(summary)) as RunSummary).createdAt;
