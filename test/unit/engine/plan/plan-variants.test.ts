import { beforeAll, expect, test } from 'vitest';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import { cellJobs, newRecord, planRun } from '../../../../src/engine/plan/plan-run.ts';
import { prepareHere, type PrepareScript } from '../../../../src/engine/plan/prepare-here.ts';
import type { RunRequest } from '../../../../src/engine/plan/run-request.ts';
import { createParser } from '../../../../src/prism/parser.ts';
import { encodeRunRecord, runRecordSchema } from '../../../../src/protocol/schemas/record-schema.ts';
import { reproduceCommand } from '../../../../src/report/summary/reproduce.ts';
import { matrixOf } from '../../domain/matrix-of.ts';

const matrix = matrixOf(['2.3.6', '3.3.8']);
const clock = { now: () => 0, timestamp: () => '2026-11-23T07:15:02.000Z' };
let prepare: PrepareScript;
beforeAll(async () => {
  prepare = prepareHere(await createParser());
});

const TEXT = '$a = []\n100.times do\n  $a << 1\n  3.times { |i| i }\nend\n';

const requestOf = (change: {
  readonly without?: readonly string[];
  readonly others?: RunRequest['others'];
  readonly loopLine?: number;
  readonly text?: string;
}): RunRequest => ({
  script: { name: 'a.rb', text: change.text ?? TEXT },
  body: null,
  files: [],
  ...(change.others === undefined ? {} : { others: change.others }),
  args: [],
  rubies: matrix.rubies,
  options: {
    ...STANDARD_OPTIONS,
    budgetSeconds: 1,
    loopLine: change.loopLine ?? null,
    without: change.without ?? [],
  },
  notes: [],
});

const planned = (change: Parameters<typeof requestOf>[0]) => planRun(requestOf(change), prepare, null);

test('each variant is a cell of every ruby, with loops of its own', async () => {
  const plan = await planned({ without: ['4', '2..5'] });
  expect(plan.cells.map(({ id }) => id)).toEqual(
    ['2.3.6', '3.3.8'].flatMap((ruby) => [ruby, `${ruby}+script=without-4`, `${ruby}+script=without-2-5`]),
  );
  const jobOf = await cellJobs(plan, matrix.limits, 'run');
  const loops = plan.cells.slice(0, 3).map((cell) => jobOf(cell).loops.map(({ line, kind }) => [line, kind]));
  expect(loops).toEqual([
    [
      [2, 'times'],
      [4, 'times'],
    ],
    [[2, 'times']],
    [[1, 'body']],
  ]);
});

test('the record says what the variants are, reads back, and repeats them', async () => {
  const plan = await planned({ without: ['4'] });
  const record = newRecord(plan, matrix, clock, 'queued');
  expect(record.script.text).toBe(TEXT);
  expect(record.variants).toMatchObject([
    {
      name: 'without-4',
      without: [4],
      path: null,
      script: { name: 'a.rb', text: TEXT.replace(/^ {2}3.*$/m, '') },
    },
  ]);
  expect(runRecordSchema.parse(JSON.parse(encodeRunRecord(record)))).toEqual(record);
  expect(reproduceCommand(record)).toContain('matrix run a.rb --ruby 2.3.6,3.3.8 --budget 1 --without 4');
});

test('another script is compared under its own name', async () => {
  const others = [{ name: 'b.rb', text: '1000.times { }\n', path: 'old/b.rb' }];
  const plan = await planned({ others });
  expect(plan.cells.map(({ id }) => id)).toContain('2.3.6+script=b.rb');
  const jobOf = await cellJobs(plan, matrix.limits, 'run');
  expect(plan.cells.slice(0, 2).map((cell) => jobOf(cell).scriptName)).toEqual(['a.rb', 'b.rb']);
  const record = newRecord(plan, matrix, clock, 'queued');
  expect(reproduceCommand(record)).toContain('matrix compare a.rb old/b.rb');
});

test('a script whose marks were overruled says so in its command', async () => {
  const record = newRecord(
    await planned({ text: '9.times { p 1 } # matrix: without\n' }),
    matrix,
    clock,
    'queued',
  );
  expect(reproduceCommand(record)).toContain('--without none');
});

test.each([
  [{ without: ['9'] }, 'without line 9: the script has 5 lines, and no line 9'],
  [{ without: ['2'] }, /^without line 2: what is left of the script does not parse \(line 5: .*12\.\.15$/],
  [{ without: ['4'], loopLine: 4 }, 'without line 4: --loop 4: no loop begins at that line'],
  [{ without: ['b'] }, 'without b: b is not a line'],
  [{ without: ['4'], others: [{ name: 'b.rb', text: '1', path: null }] }, 'leave one or the other out'],
] as const)('what cannot be compared is refused: %j', async (change, message) => {
  await expect(planned(change)).rejects.toThrow(message);
});
