import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineAccess } from '../../../src/usecases/deps.ts';
import { main } from '../../../src/cli/main-command.ts';
import type { CellRecord } from '../../../src/domain/run/record.ts';
import { clean, failed, inconclusive, leak, record } from '../report/records.ts';
import { MATRIX, scene, type Scene, type SceneOptions } from './deps.ts';

let folder: string;
let script: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-cli-'));
  script = join(folder, 'repro.rb');
  await writeFile(script, 'loop { $a << 1 }\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes a run that ends with these cells. */
const ending = (...cells: readonly CellRecord[]): SceneOptions => ({
  measure: async (_, parts) => {
    const run = record(cells);
    parts.emit({ type: 'run', run });
    for (const cell of cells) parts.emit({ type: 'cell', cell });
    parts.emit({ type: 'done', run });
    await parts.store.saveRun(run);
    return run;
  },
});

const run = (stage: Scene, ...args: readonly string[]): Promise<number> =>
  main(['run', '--results', join(folder, 'results'), ...args], stage.deps);

/** Lists the names of the rubies that reached the engine. */
const names = (stage: Scene): readonly string[] =>
  stage.requests.flatMap((r) => r.rubies.map((ruby) => ruby.name));

describe('matrix run', () => {
  it('prints the result to stdout and the progress to stderr', async () => {
    const stage = scene(ending(leak('2.3.6'), clean('2.2.10')));
    expect(await run(stage, script, '--ruby', '2.3.6,2.2.10')).toBe(0);
    expect(stage.streams.out()).toMatch(
      /^ruby .*\n.*2\.3\.6 leaks 64 bytes per iteration \(native\); 2\.2\.10 is clean\.\n/s,
    );
    expect(stage.streams.err()).toContain('2.3.6: leak, 64.00 ± 0.05 bytes per iteration (native), 1.9 s\n');
    expect(stage.requests[0]).toMatchObject({
      script: { name: 'repro.rb' },
      options: { budgetSeconds: 30 },
      args: [],
    });
  });

  it('is silent on stderr with --quiet', async () => {
    const stage = scene(ending(clean('2.2.10')));
    expect(await run(stage, script, '--ruby', '2.2.10', '--quiet')).toBe(0);
    expect(stage.streams.err()).toBe('');
  });

  it('writes ndjson as it goes, each event once', async () => {
    const stage = scene(ending(leak('2.3.6')));
    expect(await run(stage, script, '--ruby', '2.3.6', '--format', 'ndjson', '--quiet')).toBe(0);
    const types = stage.streams
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(['run', 'cell', 'done']);
  });

  it('writes json to --out, and nothing to stdout', async () => {
    const stage = scene(ending(leak('2.3.6')));
    const out = join(folder, 'run.json');
    expect(await run(stage, script, '--ruby', '2.3.6', '--format', 'json', '--out', out)).toBe(0);
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ schema: 1, leaking: ['2.3.6'] });
    expect(stage.streams.out()).toBe('');
  });

  it.each([
    [[leak('2.3.6')], [], 0],
    [[leak('2.3.6')], ['--fail-on', 'leak'], 1],
    [[clean('2.3.6')], ['--fail-on', 'leak,inconclusive'], 0],
    [[inconclusive('2.3.6')], ['--fail-on', 'leak', '--fail-on', 'inconclusive'], 1],
    [[clean('2.3.6'), failed('2.4.3')], [], 3],
    [[leak('2.3.6'), failed('2.4.3')], ['--fail-on', 'leak'], 1],
    [[clean('2.3.6'), failed('2.4.3')], ['--fail-on', 'leak'], 3],
    [[clean('2.3.6'), failed('2.4.3')], ['--fail-on', 'missing'], 1],
    [[leak('2.3.6'), failed('2.4.3')], ['--fail-on', 'never'], 0],
    [[leak('2.3.6'), clean('2.4.3')], ['--expect', '2.3.6'], 0],
    [[leak('2.3.6'), clean('2.4.3')], ['--expect', '2.3.6,2.4.3'], 1],
    [[leak('2.3.6'), clean('2.4.3')], ['--expect', 'none'], 1],
    [[clean('2.3.6'), clean('2.4.3')], ['--expect', 'none'], 0],
    [[leak('2.3.6'), failed('2.4.3')], ['--expect', '2.3.6..2.4.3'], 3],
  ])('exit code %#', async (cells, args, code) => {
    expect(await run(scene(ending(...cells)), script, '--ruby', '2.3.6,2.4.3', ...args)).toBe(code);
  });

  it('says what differs from --expect, one line each', async () => {
    const stage = scene(ending(leak('2.2.10'), inconclusive('2.3.6'), clean('2.4.3')));
    expect(await run(stage, script, '--ruby', '2.2..2.4', '--expect', '2.3..2.4', '--quiet')).toBe(1);
    expect(stage.streams.err()).toBe(
      'matrix: --expect: 2.2.10: leaks, and was not expected to\n' +
        'matrix: --expect: 2.3.6: was expected to leak, and is inconclusive\n' +
        'matrix: --expect: 2.4.3: was expected to leak, and is clean\n',
    );
  });

  it('keeps and prints what was measured when it is interrupted, and ends in 130', async () => {
    const stage = scene({
      measure: async (_, parts, signal) => {
        process.emit('SIGINT');
        expect(signal.aborted).toBe(true);
        const stopped = record([leak('2.3.6'), failed('2.4.3', { outcome: 'cancelled', message: null })], {
          state: 'cancelled',
        });
        parts.emit({ type: 'done', run: stopped });
        return stopped;
      },
    });
    const listeners = process.listenerCount('SIGINT');
    expect(await run(stage, script, '--ruby', '2.3.6,2.4.3')).toBe(130);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    expect(stage.streams.out()).toContain(
      '2.3.6 leaks 64 bytes per iteration (native); 2.4.3 was not measured (cancelled).',
    );
    expect(stage.streams.err()).toContain('stopping');
  });

  it('takes the default set where a registry answers, and says what is left out where none does', async () => {
    const online = scene(ending(clean('2.3.6')));
    await run(online, script);
    expect(names(online)).toEqual(['2.2.10', '2.3.6', '2.7.4']);
    expect(online.requests[0]?.notes).toEqual([]);

    const engine: Partial<EngineAccess> = {
      registry: async () => ({ ok: false, message: 'docker.io does not answer' }),
      inventory: async () => [
        { ruby: '2.4.3', image: null, source: { kind: 'official', image: 'ruby:2.4.3' } },
      ],
    };
    const uid = vi.spyOn(process, 'getuid').mockReturnValue(0);
    const offline = scene({ ...ending(clean('2.4.3')), engine });
    expect(await run(offline, script)).toBe(0);
    expect(names(offline)).toEqual(['2.4.3', '2.7.4']);
    expect(offline.requests[0]?.notes).toEqual([
      'No registry answers, so what is here was measured; of the default set, 2.2.10 and 2.3.6 were not: ' +
        'their images are not here, and Debian has no packages of that release.',
    ]);

    uid.mockReturnValue(1000);
    const user = scene({ ...ending(clean('2.4.3')), engine });
    expect(await run(user, script)).toBe(0);
    expect(names(user)).toEqual(['2.4.3']);
    uid.mockRestore();

    const nothing = scene({ engine: { ...engine, inventory: async () => [] } });
    const bare = {
      ...nothing.deps,
      loadMatrix: async () => ({
        ok: true as const,
        value: { ...MATRIX, rubies: MATRIX.rubies.slice(0, 3) },
      }),
    };
    expect(await main(['run', script, '--results', join(folder, 'results')], bare)).toBe(3);
    expect(nothing.streams.err()).toContain('no ruby can be measured here: No registry answers');
  });

  it('hands the arguments after -- to the script', async () => {
    const stage = scene(ending(clean('2.3.6')));
    await run(stage, script, '--ruby', '2.3.6', '--', '--ruby', 'x y');
    expect(stage.requests[0]?.args).toEqual(['--ruby', 'x y']);
  });

  it('reports a stored run again', async () => {
    const stage = scene(ending(leak('2.3.6')));
    await run(stage, script, '--ruby', '2.3.6', '--out', '/dev/null');
    expect(await main(['report', '20261123-071502-repro-3f9a2c', '--format', 'json'], stage.deps)).toBe(0);
    expect(JSON.parse(stage.streams.out())).toMatchObject({ leaking: ['2.3.6'] });
    expect(await main(['report', 'other'], stage.deps)).toBe(2);
    expect(stage.streams.err()).toContain(
      'no run other in results; the newest ones are:\n  20261123-071502-repro-3f9a2c',
    );
  });
});

describe('bad input', () => {
  it.each([
    [[], 'no script: matrix run repro.rb, or matrix run -e BODY'],
    [['SCRIPT', '-e', 'x'], 'contradict each other'],
    [['SCRIPT', 'second.rb'], 'no such file or folder: check the path (arguments of a script go after --)'],
    [['-e', ' '], '-e is empty'],
    [['-e', 'x', '--exact-count'], '-e and --exact-count contradict each other'],
    [['-e', 'x', '--loop', '3'], '-e and --loop contradict each other'],
    [['SCRIPT', '--setup', 'x'], '--setup goes with -e'],
    [
      ['SCRIPT', '--fail-on', 'never', '--fail-on', 'leak'],
      '--fail-on never and --fail-on leak contradict each other',
    ],
    [['SCRIPT', '--fail-on', 'leaks'], '--fail-on leaks: expected leak, inconclusive, missing, never'],
    [['SCRIPT', '--fail-on', ''], "--fail-on '': expected"],
    [['SCRIPT', '--fail-on', 'never', '--expect', '2.3'], '--fail-on never and --expect contradict'],
    [['SCRIPT', '--ruby', '2.3.6', '--expect', '2.4.3'], 'none of these rubies is in this run (2.3.6)'],
    [['SCRIPT', '--ruby', '2.3.7'], '--ruby: '],
    [['SCRIPT', '--budget', '0'], "'--budget <seconds>' argument '0' is invalid. Give seconds above 0"],
    [['SCRIPT', '--budget', '1e9'], 'Give seconds above 0'],
    [['SCRIPT', '--budget', '601'], '--budget 601: the longest that may be asked for is 600 seconds'],
    [['SCRIPT', '--jobs', '-1'], 'Give a whole number from 1 to 256'],
    [['SCRIPT', '--jobs', '1.5'], 'Give a whole number from 1 to 256'],
    [['SCRIPT', '--loop', '99'], '--loop 99: '],
    [
      ['SCRIPT', '--format', 'pdf'],
      'Allowed choices are table, json, ndjson, markdown, csv, junit, html, bug-report',
    ],
    [['SCRIPT', 'SCRIPT'], 'repro.rb is given twice: name it once'],
    [['SCRIPT', 'b.rb', '--loop', '1'], '--loop names a line of one script, and 2 scripts are given'],
    [['SCRIPT', 'b.rb', '--format', 'html'], '--format html shows one run, and 2 scripts are given'],
    [['SCRIPT', '--frobnicate'], "matrix: unknown option '--frobnicate'"],
    [['SCRIPT', '--out', 'FOLDER/none/x.json'], 'none does not exist: create it (mkdir -p '],
    [['SCRIPT', '--out', 'FOLDER'], 'it is a folder: name a file'],
    [['SCRIPT', '--out', ''], '--out is empty'],
    [['SCRIPT', '--results', 'SCRIPT'], 'is a file: name a folder'],
    [['SCRIPT', '--workdir-from', 'FOLDER/none'], '--workdir-from: '],
    [['SCRIPT', '--workdir-from', 'SCRIPT'], 'is a file: name the folder it is in'],
    [['FOLDER/missing.rb'], 'missing.rb cannot be read: no such file or folder: check the path'],
    [['FOLDER'], 'is a folder: name the script in it'],
  ])('%j ends in 2', async (args, message) => {
    const stage = scene(ending());
    const given = args.map((arg) => arg.replace('SCRIPT', script).replace('FOLDER', folder));
    expect(await run(stage, ...given)).toBe(2);
    expect(stage.streams.err()).toContain(message);
    expect(stage.streams.err()).toMatch(/^matrix: /);
    expect(stage.streams.out()).toBe('');
    expect(stage.requests).toEqual([]);
  });

  it.each([
    ['', 'is empty: there is nothing to run'],
    [' \n\n', 'is empty'],
    ['\u007fELF\0\0', 'holds NUL bytes: it is a binary file, not a Ruby script'],
    [Buffer.from([0x70, 0x20, 0xff, 0xfe]), 'is not valid UTF-8'],
    ['#'.repeat(1025), 'is larger than 1 KiB, the limit for a script (limits.scriptKiB in matrix.yaml)'],
  ])('script %#', async (content, message) => {
    await writeFile(script, content);
    const stage = scene(ending());
    expect(await run(stage, script)).toBe(2);
    expect(stage.streams.err()).toContain(message);
  });

  it('reads no more of an endless device than it may', async () => {
    const stage = scene(ending());
    expect(await run(stage, '/dev/zero')).toBe(2);
    expect(stage.streams.err()).toContain('is larger than 1 KiB');
  });

  it('ends in 4 without an engine, and lists the rubies all the same', async () => {
    const stage = scene({ engine: 'none' });
    expect(await run(stage, script)).toBe(4);
    expect(stage.streams.err()).toBe('matrix: no engine: matrix doctor --fix installs one\n');
    expect(await main(['rubies'], stage.deps)).toBe(0);
    expect(stage.streams.out()).toContain('2.7.4   unknown  yes      ruby:2.7.4, debian:bullseye\n');
    expect(await main(['doctor', '--results', folder], stage.deps)).toBe(4);
  });

  it('knows its commands', async () => {
    const stage = scene();
    expect(await main([], stage.deps)).toBe(2);
    expect(await main(['rnu'], stage.deps)).toBe(2);
    expect(stage.streams.err()).toContain("matrix: unknown command 'rnu'");
    expect(await main(['--version'], stage.deps)).toBe(0);
    expect(await main(['run', '--help'], stage.deps)).toBe(0);
    expect(stage.streams.out()).toMatch(/^1\.2\.3\nUsage: matrix run/);
    expect(await main(['explain', '--fail-on', 'leak'], stage.deps)).toBe(2);
    expect(stage.streams.err()).toContain("unknown option '--fail-on'");
  });
});
