import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main-command.ts';
import type { CellRecord, RunRecord } from '../../../src/domain/run/record.ts';
import { RequestError } from '../../../src/engine/plan/run-request.ts';
import { clean, failed, inconclusive, leak, record } from '../report/records.ts';
import { scene, type Scene, type SceneOptions } from './deps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-scripts-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function script(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Runs that end as the script's name says. */
const endings = (cells: Readonly<Record<string, readonly CellRecord[]>>): SceneOptions => ({
  measure: async (request, parts) => {
    const name = request.script?.name ?? '-e';
    const run: RunRecord = record(cells[name] ?? [], {
      id: `20261123-071502-${name.replace('.rb', '')}-3f9a2c`,
      script: { name, sha256: '0'.repeat(64), text: request.script?.text ?? '' },
    });
    parts.emit({ type: 'run', run });
    parts.emit({ type: 'done', run });
    return run;
  },
});

/** Makes the run of the one script. */
const ending = (...cells: readonly CellRecord[]): SceneOptions => endings({ 'repro.rb': cells });

const run = (stage: Scene, ...args: readonly string[]): Promise<number> =>
  main(['run', '--results', join(folder, 'results'), '--quiet', ...args], stage.deps);

describe('several scripts', () => {
  const both = endings({ 'a.rb': [leak('2.3.6')], 'b.rb': [clean('2.3.6')] });
  let paths: readonly string[];
  beforeEach(async () => {
    paths = [await script('a.rb', 'loop { }\n'), await script('b.rb', 'loop { }\n')];
  });

  it('end in one summary', async () => {
    const stage = scene(both);
    expect(await run(stage, ...paths, '--ruby', '2.3.6')).toBe(0);
    const out = stage.streams.out();
    expect(out.indexOf(`${paths[0]}\n\nruby `)).toBe(0);
    expect(out).toMatch(
      /\n\S+a\.rb: 2\.3\.6 leaks 64 bytes per iteration \(native\)\.\n\S+b\.rb: No leak: 2\.3\.6 shows no .*\n$/,
    );
  });

  it('are a list in json, and lines of the same stream in ndjson', async () => {
    const json = scene(both);
    const out = join(folder, 'out.json');
    expect(await run(json, ...paths, '--ruby', '2.3.6', '--format', 'json', '--out', out)).toBe(0);
    const list = JSON.parse(await readFile(out, 'utf8')) as readonly RunRecord[];
    expect(list.map((one) => [one.script.name, one.leaking])).toEqual([
      ['a.rb', ['2.3.6']],
      ['b.rb', []],
    ]);
    const ndjson = scene(both);
    expect(await run(ndjson, ...paths, '--ruby', '2.3.6', '--format', 'ndjson')).toBe(0);
    const lines = ndjson.streams.out().trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'run',
      'done',
      'run',
      'done',
    ]);
  });

  it.each(['markdown', 'csv', 'junit', 'bug-report'])('are one document in %s', async (format) => {
    const stage = scene(both);
    expect(await run(stage, ...paths, '--ruby', '2.3.6', '--format', format)).toBe(0);
    expect(stage.streams.out()).toContain('a.rb');
    expect(stage.streams.out()).toContain('b.rb');
  });

  it.each([
    [[leak('2.3.6')], [clean('2.3.6')], ['--fail-on', 'leak'], 1],
    [[clean('2.3.6')], [leak('2.3.6')], ['--fail-on', 'leak'], 1],
    [[failed('2.3.6')], [clean('2.3.6')], [], 3],
    [[failed('2.3.6')], [leak('2.3.6')], ['--fail-on', 'leak'], 1],
    [[clean('2.3.6')], [clean('2.3.6')], ['--fail-on', 'leak'], 0],
  ])('end in the worst exit code: %#', async (a, b, args, code) => {
    expect(await run(scene(endings({ 'a.rb': a, 'b.rb': b })), ...paths, '--ruby', '2.3.6', ...args)).toBe(
      code,
    );
  });

  it('are all measured when one of them cannot be', async () => {
    const stage = scene({
      measure: async (request, parts, signal) => {
        if (request.script?.name === 'a.rb') throw new RequestError('the script holds no code to run');
        return both.measure!(request, parts, signal);
      },
    });
    expect(await run(stage, ...paths, '--ruby', '2.3.6')).toBe(2);
    expect(stage.streams.err()).toBe(`matrix: ${paths[0]}: the script holds no code to run\n`);
    expect(stage.streams.out()).toContain('No leak: 2.3.6');
  });

  it('are not begun after an interrupt', async () => {
    const stage = scene({
      measure: async (request, parts, signal) => {
        process.emit('SIGINT');
        return both.measure!(request, parts, signal);
      },
    });
    expect(await run(stage, ...paths, '--ruby', '2.3.6')).toBe(130);
    expect(stage.requests).toHaveLength(1);
    expect(stage.streams.err()).toContain(`matrix: ${paths[1]}: not run: interrupted before its turn\n`);
  });
});

describe('a script with magic comments', () => {
  const text = '# matrix: rubies 2.3.6,2.4.3\n# matrix: expect 2.3.6\n# matrix: budget 7\nloop { }\n';

  it('is complete in itself', async () => {
    const stage = scene(ending(leak('2.3.6'), clean('2.4.3')));
    expect(await run(stage, await script('repro.rb', text))).toBe(0);
    expect(stage.requests[0]).toMatchObject({ options: { budgetSeconds: 7 }, script: { text } });
    expect(stage.requests[0]?.rubies.map((ruby) => ruby.name)).toEqual(['2.3.6', '2.4.3']);
  });

  it('trips when something else leaks, and says where that was expected', async () => {
    const path = await script('repro.rb', text);
    const stage = scene(ending(clean('2.3.6'), leak('2.4.3')));
    expect(await run(stage, path)).toBe(1);
    expect(stage.streams.err()).toBe(
      `matrix: ${path}:2: expect: 2.3.6: was expected to leak, and is clean\n` +
        `matrix: ${path}:2: expect: 2.4.3: leaks, and was not expected to\n`,
    );
  });

  it('gives way to the command line', async () => {
    const stage = scene(ending(leak('2.2.10')));
    const options = ['--ruby', '2.2.10', '--budget', '3', '--expect', '2.2.10'];
    expect(await run(stage, await script('repro.rb', text), ...options)).toBe(0);
    expect(stage.requests[0]).toMatchObject({ options: { budgetSeconds: 3 } });
    expect(stage.requests[0]?.rubies.map((ruby) => ruby.name)).toEqual(['2.2.10']);
  });

  it.each([
    ['', [], false],
    ['', ['--keep-sleep'], true],
    ['# matrix: keep-sleep\n', [], true],
    ['# matrix: keep-sleep\n', ['--no-keep-sleep'], false],
  ])('keeps its sleeps where it says so, or the command line does: %j %j', async (comment, options, kept) => {
    const path = await script('repro.rb', `${comment}loop { sleep 1 }\n`);
    for (const command of ['run', 'explain']) {
      const stage = scene(ending(leak('2.3.6'), clean('2.4.3')));
      const results = join(folder, 'results');
      const words = [command, path, '--ruby', '2.3.6,2.4.3', '--results', results, '--quiet', ...options];
      expect(await main(words, stage.deps)).toBe(0);
      expect(stage.requests[0]).toMatchObject({ options: { keepSleep: kept } });
    }
  });

  it.each([
    ['', ['--at-least', '9000'], 9000],
    ['# matrix: at-least 7000\n', [], 7000],
    ['# matrix: at-least 7000\n', ['--at-least', '9000'], 9000],
  ])('is looped at least as often as it or the command line says: %j %j', async (comment, options, asked) => {
    const stage = scene(ending(clean('2.3.6')));
    expect(await run(stage, await script('repro.rb', `${comment}loop { }\n`), ...options)).toBe(0);
    expect(stage.requests[0]).toMatchObject({ options: { leastIterations: asked } });
  });

  it.each([
    ['', ['--debian-package', 'ruby-oj,libxml2', '--debian-package', 'ruby-oj'], ['libxml2', 'ruby-oj']],
    ['# matrix: debian-package ruby-ox\n', [], ['ruby-ox']],
    ['# matrix: debian-package ruby-ox\n', ['--debian-package', 'ruby-oj'], ['ruby-oj']],
  ])('has Debian’s packages beside Debian’s rubies: %j %j', async (comment, options, packages) => {
    const path = await script('repro.rb', `${comment}loop { }\n`);
    const stage = scene(ending(clean('2.7.4')));
    expect(await run(stage, path, ...options)).toBe(0);
    expect(stage.requests[0]).toMatchObject({
      options: { debianPackages: packages },
      rubies: [{ name: '2.7.4' }],
      notes: ["Debian's packages go with Debian's own rubies: 2.7.4."],
    });
  });

  it('is refused with Debian’s packages on another ruby, or a name that is none', async () => {
    const stage = scene(ending(clean('2.7.4')));
    expect(await run(stage, '-e', '1', '--ruby', '2.7.4,2.4.3', '--debian-package', 'ruby-oj')).toBe(2);
    expect(stage.streams.err()).toContain("ruby-oj: Debian's packages go with Debian's own rubies");
    expect(stage.streams.err()).toContain('2.4.3 is none of them');
    expect(await run(stage, '-e', '1', '--debian-package=-y')).toBe(2);
    expect(stage.streams.err()).toContain('-y is not the name of a Debian package');
    expect(stage.requests).toEqual([]);
  });

  it('keeps the sleeps of -e where the command line says so', async () => {
    const stage = scene(ending(clean('2.3.6')));
    expect(await run(stage, '-e', 'sleep 1', '--ruby', '2.3.6', '--keep-sleep')).toBe(0);
    expect(stage.requests[0]).toMatchObject({ options: { keepSleep: true } });
  });

  it.each([
    ['# matrix: expcet 2.3', ':1: # matrix: expcet is not known; did you mean expect?'],
    ['\n# matrix: rubies 2.9', ':2: rubies: 2.9 is not in the matrix'],
    ['# matrix: budget 9999', ':1: budget 9999: the longest that may be asked for is 600 seconds'],
    [
      '# matrix: rubies 2.3.6\n\n# matrix: expect 2.4.3',
      ':3: expect 2.4.3: none of these rubies is in this run (2.3.6)',
    ],
  ])('is refused with the line: %j', async (bad, message) => {
    const stage = scene(ending());
    const path = await script('repro.rb', `${bad}\nloop { }\n`);
    expect(await run(stage, path)).toBe(2);
    expect(stage.streams.err()).toContain(`matrix: ${path}${message}`);
    expect(stage.requests).toEqual([]);
  });
});

describe('an expectation', () => {
  it.each([
    [[leak('2.3.6'), clean('2.4.3')], '2.3.6', ['--fail-on', 'leak'], 0],
    [[leak('2.3.6'), leak('2.4.3')], '2.3.6', ['--fail-on', 'leak'], 1],
    [[leak('2.3.6'), inconclusive('2.4.3')], '2.3.6', [], 0],
    [[leak('2.3.6'), inconclusive('2.4.3')], '2.3.6', ['--fail-on', 'inconclusive'], 1],
    [[inconclusive('2.3.6'), clean('2.4.3')], '2.3.6', [], 1],
    [[leak('2.3.6'), clean('2.4.3')], '2.2.0..2.3.8', [], 0],
  ])('covers the leaks it names, and nothing else: %#', async (cells, expected, args, code) => {
    const path = await script('repro.rb', 'loop { }\n');
    const stage = scene(endings({ 'repro.rb': cells }));
    expect(await run(stage, path, '--ruby', '2.3.6,2.4.3', '--expect', expected, ...args)).toBe(code);
  });
});
