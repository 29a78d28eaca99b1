import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createResultsStore } from '../../../../src/store/runs/results-store.ts';

const WRITER = `
  const { createResultsStore } = await import(process.argv[1]);
  const { aRun, aCell } = await import(process.argv[2]);
  const store = createResultsStore({ folder: process.argv[3], warn: () => {} });
  for (let round = 0; ; round += 1) {
    const cells = Array.from({ length: 200 }, (_, index) => ({ ...aCell('2.3.' + index), iterations: round }));
    await store.saveRun(aRun('20261123-071502-repro-3f9a2c', { cells }));
    if (round === 2) process.stdout.write('going');
  }
`;

test('after kill -9 in the middle of writing, the run reads and is whole', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-kill-'));
  const modules = ['../../../../src/store/runs/results-store.ts', './a-run.ts'].map(
    (path) => new URL(path, import.meta.url).href,
  );
  try {
    for (const extraMs of [0, 7, 23]) {
      const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, ...modules, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(writer.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, extraMs));
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const { runs, warnings } = await createResultsStore({ folder, warn: () => {} }).listRuns();
      expect(warnings).toEqual([]);
      expect(runs).toHaveLength(1);
      const rounds = new Set(runs[0]?.cells.map((cell) => cell.iterations));
      expect(runs[0]?.cells).toHaveLength(200);
      expect(rounds.size).toBe(1);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
