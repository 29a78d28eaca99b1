import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/domain/leak/explanation.ts';
import type { RunRequest } from '../../../src/engine/plan/run-request.ts';
import { buildImages, createHarness, onlyCell, pathOf, type Harness } from '../../harness.ts';
import { loadNamed, missingIn, type Named } from '../../named.ts';

/*
 * Leaks are named on real rubies: Debian's libraries are stripped of the names of static functions, so here the
 * exported ones on the way, lines, classes and holders have to be right.
 */
let harness: Harness;
let named: Readonly<Record<string, Named>>;
beforeAll(async () => {
  harness = await createHarness(['2.7.4', '3.1.2']);
  named = await loadNamed(pathOf('test/corpus'));
  await buildImages(harness);
}, 300_000);

async function explained(request: Partial<RunRequest>): Promise<Explanation> {
  const cell = onlyCell(await harness.run({ ...request, options: { explain: true } }, { jobs: 1 }));
  if (cell.explanation === null) throw new Error(`not explained: ${cell.verdict} ${cell.message}`);
  return cell.explanation;
}

const body = (setup: string, code: string): Partial<RunRequest> => ({
  body: { setup, body: code },
  rubies: harness.rubies.slice(-1),
});

describe('a leak of the corpus', () => {
  it.for([
    ['identhash_select', '3.1.2'],
    ['tracepoint_new', '2.7.4'],
    ['eval_kwarg_callsite', '3.1.2'],
    ['user_class_registry', '3.1.2'],
    ['user_string_append', '2.7.4'],
  ] as const)('%s is named on %s', { timeout: 60_000 }, async ([name, ruby]) => {
    const text = await readFile(pathOf(`test/corpus/cases/${name}.rb`), 'utf8');
    const rubies = harness.rubies.filter((one) => one.name === ruby);
    const run = await harness.run(
      { script: { name: `${name}.rb`, text }, rubies, options: { explain: true } },
      { jobs: 1 },
    );
    const cell = onlyCell(run);
    expect(missingIn(cell, named[name])).toEqual([]);
    expect(cell.explanation?.accountedFor).toBeGreaterThan(0.8);
    expect(cell.explanation?.accountedFor).toBeLessThan(1.2);
  });
});

describe('a script', () => {
  it(
    'that leaks in two places shows both, the larger first, and they add up',
    { timeout: 60_000 },
    async () => {
      const { findings, accountedFor } = await explained(
        body("require 'fiddle'\nKEPT = []", "KEPT << 'x' * 500\nFiddle.malloc(64)"),
      );
      expect(findings.map(({ kind }) => kind).slice(0, 2)).toEqual(['objects', 'native']);
      expect(findings[0]).toMatchObject({ className: 'String', script: { line: 4 } });
      expect(findings[1]).toMatchObject({ blocksPerIteration: 1, blockBytes: 72, script: { line: 5 } });
      expect(accountedFor).toBeGreaterThan(0.95);
      expect(accountedFor).toBeLessThan(1.05);
    },
  );

  it('may name what holds its objects in any letters', { timeout: 60_000 }, async () => {
    const { findings } = await explained(body('$größe = []', '$größe << Object.new'));
    expect(findings[0]).toMatchObject({ kind: 'objects', className: 'Object' });
    expect(JSON.stringify(findings[0])).toContain('global variable $größe');
  });

  it('that grows outside of malloc shows the mapping', { timeout: 60_000 }, async () => {
    const setup = `require 'fiddle'
MMAP = Fiddle::Function.new(Fiddle.dlopen(nil)['mmap'], [Fiddle::TYPE_LONG, Fiddle::TYPE_LONG, Fiddle::TYPE_INT, Fiddle::TYPE_INT, Fiddle::TYPE_INT, Fiddle::TYPE_LONG], Fiddle::TYPE_LONG)`;
    // Slowly: the container's memory would be full before anything is settled.
    const touch = 'sleep 0.0001; at = MMAP.call(0, 8192, 3, 34, -1, 0); Fiddle::Pointer.new(at, 8192)[0] = 1';
    const { findings } = await explained(body(setup, touch));
    expect(findings[0]).toMatchObject({ kind: 'mapping', what: 'anonymous memory' });
  });
});
