import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { runRecordSchema } from '../../../../src/protocol/schemas/record-schema.ts';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { commandLine, shellWord } from '../../../../src/report/text/command-line.ts';
import { explainHint, heapDumpsHint } from '../../../../src/report/summary/hint.ts';
import { reproduceCommand } from '../../../../src/report/summary/reproduce.ts';
import { composeScript } from '../../../../src/script/prepare.ts';
import { explained, native, objects } from '../explain/findings.ts';
import { clean, environment, leak, record } from '../records.ts';

const CELLS = [leak('2.3.6'), clean('2.4.10')];
const asked = (options: Partial<RunRecord['options']>): RunRecord =>
  record(CELLS, { options: { ...record([]).options, ...options } });

/** Splits a command line as a shell does. */
function wordsOf(command: string): string[] {
  const said = execFileSync('bash', ['-c', `matrix() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: 'utf8',
  });
  return said.split('\0').slice(0, -1);
}

describe('a command that repeats the run', () => {
  test.each<[string, Partial<RunRecord['options']>, string]>([
    ['plainly', {}, 'matrix run repro.rb --ruby 2.3.6,2.4.10 --budget 30'],
    [
      'with its arguments',
      { args: ['100', 'tp', '--deep', "it's"] },
      String.raw` -- 100 tp --deep 'it'\''s'`,
    ],
    ['on the loop that was named', { loopLine: 12 }, ' --loop 12'],
    ['with its own count', { exactCount: true }, ' --exact-count'],
    ['for as long as was asked', { leastIterations: 500_000 }, ' --at-least 500000'],
    ['with its sleeps', { keepSleep: true }, ' --keep-sleep'],
    ['with packages', { debianPackages: ['ruby-oj', 'ruby-ox'] }, ' --debian-package ruby-oj,ruby-ox'],
    ['with gems', { gems: ['oj=3.11.8,3.12.0', './my gem'] }, " --gem oj=3.11.8,3.12.0 --gem './my gem'"],
    ['with a Gemfile', { gemfile: 'ci/Gemfile' }, ' --gemfile ci/Gemfile'],
    ['for a fraction of a second', { budgetSeconds: 0.5 }, ' --budget 0.5'],
    ['with the files beside it', { workdirFrom: 'my files' }, " --workdir-from 'my files'"],
    ['with its own matrix', { config: 'mine.yaml' }, ' --config mine.yaml'],
    ['in its sandbox', { runtime: 'runsc' }, ' --runtime runsc'],
    ['with names for the leaks', { explain: true }, ' --explain'],
    ['from where it lay', { path: 'repros/a b.rb' }, "matrix run 'repros/a b.rb' --ruby"],
    ['though its name looks like an option', { path: '-x.rb' }, 'matrix run ./-x.rb --ruby'],
  ])('%s', (_, options, part) => {
    const run = asked(options);
    expect(reproduceCommand(run)).toContain(part);
    expect(bugReport(run)).toContain(reproduceCommand(run));
  });

  test.each([
    ['# matrix: keep-sleep\n', false, ' --no-keep-sleep'],
    ['  #matrix:keep-sleep\r\n', false, ' --no-keep-sleep'],
    ['# matrix: keep-sleep\n', true, ' --keep-sleep'],
  ])('of a script that says %j, where its sleeps were kept: %s', (comment, keepSleep, part) => {
    const run = asked({ keepSleep });
    const script = { ...run.script, text: `${comment}${run.script.text}` };
    expect(reproduceCommand({ ...run, script })).toContain(part);
    expect(reproduceCommand(asked({ keepSleep: false }))).not.toContain('keep-sleep');
  });

  test('in images of one’s own, beside the rubies of the matrix', () => {
    const own = clean('2.4.3+image=app:1@0123456789ab');
    const { options } = asked({ images: ['app:1=/r'], workdir: '/my app' });
    const beside = record([clean('2.3.6'), own], { options });
    expect(reproduceCommand(beside)).toContain(" --ruby 2.3.6 --image app:1=/r --workdir '/my app' ");
    expect(reproduceCommand(record([own], { options }))).toMatch(/^matrix run \S+ --image app:1=\/r /);
  });

  test('in the sandbox that its cells name, where the record is of before it was kept', () => {
    const sandboxed = {
      ...clean('2.4.3'),
      environment: { ...environment('Debian', 'glibc'), runtime: 'runsc' },
    };
    const run = record([...CELLS, sandboxed]);
    expect(reproduceCommand(run)).toContain(' --runtime runsc');
    expect(reproduceCommand(record(CELLS))).not.toContain('--runtime');
  });

  test('hints carry the same', () => {
    const run = asked({ args: ['100', 'tp'], budgetSeconds: 7.5, runtime: 'runsc' });
    expect(explainHint(run)?.command).toBe(
      'matrix explain repro.rb --ruby 2.3.6 --budget 7.5 --runtime runsc -- 100 tp',
    );
  });

  test('where objects were named, heap dumps of the newest of them are kept by a command', () => {
    const { options } = asked({ args: ['100'] });
    const cells = [explained('2.3.6', [objects()]), explained('2.4.3', [native()])];
    expect(heapDumpsHint(record(cells, { options }))?.command).toBe(
      'matrix explain repro.rb --ruby 2.3.6 --budget 30 --heap-dumps dumps -- 100',
    );
    expect(heapDumpsHint(record(cells.slice(1)))).toBeNull();
  });

  test.each([
    ['', 'x = 1'],
    ['require "set"\n\ny = 2', "a = 'b'\n\nc  # d"],
  ])('of -e, with set-up %j', (setup, body) => {
    const text = composeScript(setup, body);
    const run = record(CELLS, { script: { name: '-e', sha256: '', text } });
    const words = wordsOf(commandLine(run, { verb: 'run', rubies: ['2.3.6'] }));
    const given = (option: string): string =>
      words.flatMap((word, index) => (words[index - 1] === option ? [word] : [])).join('\n');
    expect(composeScript(given('--setup'), given('-e'))).toBe(text);
  });
});

test('a shell reads every word as it was, and a terminal shows it as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))), (args) => {
      const command = commandLine(asked({ args }), { verb: 'run', rubies: ['all'] });
      expect(command).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
      const words = wordsOf(command);
      expect(words.slice(words.indexOf('--') < 0 ? words.length : words.indexOf('--') + 1)).toEqual(args);
    }),
    { numRuns: 60 },
  );
  expect(shellWord('a\nb\u202e\u001b[1m')).toBe(String.raw`$'a\x0ab\xe2\x80\xae\x1b[1m'`);
});

test('a record of before still reads', () => {
  const before = { budgetSeconds: 30, exactCount: false };
  const read = runRecordSchema.parse({ ...record(CELLS), options: before });
  expect(read.options).toEqual(record(CELLS).options);
});
