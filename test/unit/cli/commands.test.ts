import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeCheck } from '../../../src/cli/doctor/host-checks.ts';
import { main } from '../../../src/cli/main-command.ts';
import type { MainDeps } from '../../../src/cli/serve/serve-deps.ts';
import { scene } from './deps.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-commands-'));
});
afterEach(() => rm(folder, { recursive: true }));

const no = async (): Promise<{ ok: false; message: string }> => ({ ok: false, message: 'no' });

describe('matrix rubies', () => {
  it('shows what is ready, what has its base here, and the sources', async () => {
    const official = { kind: 'official', image: 'ruby:2.3.6' } as const;
    const stage = scene({
      engine: {
        inventory: async () => [
          { ruby: '2.2.10', image: 'matrix:2.2.10-0', source: null },
          { ruby: '2.3.6', image: null, source: official },
          { ruby: '2.4.3', image: null, source: null },
        ],
      },
    });
    expect(await main(['rubies', '--ruby', '2.2..2.4'], stage.deps)).toBe(0);
    expect(stage.streams.out()).toBe(
      'ruby    image      default  sources\n' +
        '2.2.10  ready      yes      ruby:2.2.10\n' +
        '2.3.6   base here  yes      ruby:2.3.6\n' +
        '2.4.3   absent              ruby:2.4.3\n',
    );
  });

  it('gives the same as json', async () => {
    const stage = scene();
    expect(await main(['rubies', '--ruby', '2.4.3', '--format', 'json'], stage.deps)).toBe(0);
    expect(JSON.parse(stage.streams.out())).toEqual([
      {
        ruby: '2.4.3',
        image: 'absent',
        default: false,
        sources: [{ kind: 'official', image: 'ruby:2.4.3' }],
      },
    ]);
  });
});

describe('matrix images', () => {
  it('builds what it can, names what it cannot, and ends in 3 then', async () => {
    const stage = scene({
      engine: {
        containers: {
          prepare: async (ruby, progress) => {
            progress('step\u001b[2J');
            if (ruby.name === '2.3.6') {
              return { ok: false, kind: 'image-unavailable', message: 'no registry answers' };
            }
            const { name } = ruby;
            const image = {
              tag: `matrix:${name}-0`,
              base: '',
              digest: '',
              source: 'official',
              ruby: '',
            } as const;
            return { ok: true, value: image };
          },
          withGems: () => {
            throw new Error('building installs nothing');
          },
          start: () => {
            throw new Error('building starts nothing');
          },
        },
      },
    });
    expect(await main(['images', 'build'], stage.deps)).toBe(3);
    expect(stage.streams.out()).toBe('2.2.10  matrix:2.2.10-0\n2.7.4  matrix:2.7.4-0\n');
    expect(stage.streams.err()).toContain('2.2.10: step\\e[2J\n');
    expect(stage.streams.err()).toContain('matrix: 2.3.6: no registry answers\n');
  });

  it('prunes, and shows what would not go', async () => {
    const stage = scene({
      engine: {
        prune: async ({ all, bases }) => ({
          removed: [`matrix:${all}-${bases}`],
          kept: [{ image: 'matrix:b', reason: 'in use' }],
        }),
      },
    });
    expect(await main(['images', 'prune', '--bases'], stage.deps)).toBe(0);
    expect(stage.streams.out()).toBe('removed matrix:false-true\n');
    expect(stage.streams.err()).toBe('matrix: kept matrix:b: in use\n');
  });
});

describe('matrix doctor', () => {
  it('ends in 0 where runs work, and names what is limited', async () => {
    const stage = scene({
      engine: { registry: async () => ({ ok: false, message: 'docker.io does not answer' }) },
    });
    expect(await main(['doctor', '--results', folder], stage.deps)).toBe(0);
    expect(stage.streams.out()).toContain('Docker 20.10.24, API 1.41, cgroup v1, storage overlay2');
    expect(stage.streams.out()).toMatch(/^limited {2}registry +docker\.io does not answer/m);
  });

  it('says what a registry wants before it gives any image, and how to give it', async () => {
    const refusal = { found: 'the mirror requires a login', remedy: 'docker login mirror:5000' };
    const stage = scene({ engine: { registry: async () => ({ ok: true, refusal }) } });
    expect(await main(['doctor', '--results', folder], stage.deps)).toBe(0);
    expect(stage.streams.out()).toMatch(
      /^limited {2}registry +the mirror requires a login: only images that are here.*\n +→ docker login mirror:5000$/m,
    );
    const nothing = scene({ engine: { registry: async () => ({ ok: true, refusal }), debian: no } });
    expect(await main(['doctor', '--results', folder], nothing.deps)).toBe(3);
  });

  it.each([
    [
      [],
      /processors +linux\/amd64; images for linux\/arm64 need an emulator .*qemu-user-static.*--install arm64/,
    ],
    [['arm64'], /processors +linux\/amd64; images for linux\/arm64 run by emulation/],
    [null, /processors +linux\/amd64; .* cannot be seen from here/],
  ])('says what images for other processors need where the engine emulates %s', async (emulated, line) => {
    const facts = await scene().access.facts();
    const stage = scene({ engine: { facts: async () => ({ ...facts, emulated }) } });
    await main(['doctor', '--results', folder], stage.deps);
    expect(stage.streams.out()).toMatch(line);
  });

  it('asks a service for its workers: places, versions, clocks, and what was lost', async () => {
    const worker = {
      name: 'one',
      host: { name: 'one.example' },
      arch: 'amd64',
      places: 4,
      taken: 1,
      version: '1.2.3',
      silentSeconds: 0.4,
      clockAheadSeconds: -0.2,
      leaving: false,
      problem: null,
    };
    const workers = [
      worker,
      { ...worker, name: 'two', arch: 'arm64', clockAheadSeconds: 7 },
      { ...worker, name: 'three', problem: 'no engine' },
    ];
    const asked: unknown[] = [];
    const stage = scene({ env: { MATRIX_TOKEN: 'me secret' } });
    const askFleet: MainDeps['askFleet'] = async (...with_) => {
      asked.push(with_);
      return { ok: true, value: { workers, handedOut: 1200, lost: 2, late: 1, problem: null } };
    };
    const args = ['doctor', '--results', folder, '--server', 'http://matrix.example/'];
    expect(await main(args, { ...stage.deps, askFleet })).toBe(0);
    expect(asked).toEqual([['http://matrix.example', 'secret']]);
    const lines = stage.streams.out().replaceAll(/ +/g, ' ');
    expect(lines).toContain(
      'ok workers 3 connected, 6 of 8 places free; 1,200 handed out, 2 of them lost and handed out again, 1 late results dropped\n' +
        'ok worker one 1 of 4 places taken; on one.example (amd64), version 1.2.3, clock right, heard 0.4 s ago\n' +
        'limited worker two 1 of 4 places taken; on one.example (arm64), version 1.2.3, clock 7.0 s ahead of the service’s, heard 0.4 s ago\n' +
        ' → set the clocks of both hosts, with NTP say\n' +
        'limited worker three no engine; on one.example (amd64)',
    );
    expect(await main(args, stage.deps)).toBe(4);
  });

  it('ends in 3 where no ruby can be had', async () => {
    const stage = scene({ engine: { registry: no, debian: no } });
    expect(await main(['doctor', '--results', folder], stage.deps)).toBe(3);
    expect(stage.streams.out()).toMatch(/^missing {2}images +0 of 4 rubies are available/m);
  });

  it('ends in 2 where results cannot be kept', async () => {
    const stage = scene();
    expect(await main(['doctor', '--results', '/dev/null'], stage.deps)).toBe(2);
    expect(stage.streams.out()).toContain('--results /dev/null is a file: name a folder');
  });

  it('lets --fix see to the engine first, and tells its steps', async () => {
    const stage = scene({ engine: 'none' });
    const deps = {
      ...stage.deps,
      ensureEngine: async (say: (line: string) => void) => say('installing docker.io'),
      connect: scene().deps.connect,
    };
    expect(await main(['doctor', '--fix', '--results', folder], deps)).toBe(0);
    expect(stage.streams.err()).toBe('matrix: installing docker.io\n');
  });

  it.each([
    ['v24.21.0', 'ok'],
    ['v22.18.0', 'ok'],
    ['v22.17.1', 'limited'],
    ['v20.20.2', 'limited'],
  ])('Node.js %s: %s', (version, state) => {
    expect(nodeCheck(version).state).toBe(state);
  });
});
