import { expect, test } from 'vitest';
import { STANDARD_OPTIONS } from '../../../src/domain/run/options.ts';
import { aLoop } from '../script/a-loop.ts';
import {
  supervisorEnv,
  type ExplainSettings,
  type SupervisorSettings,
} from '../../../src/protocol/supervisor-env.ts';

const OPTIONS = { ...STANDARD_OPTIONS, budgetSeconds: 30 };
const SETTINGS: SupervisorSettings = {
  ruby: '/usr/local/bin/ruby',
  directory: null,
  script: 'repro.rb',
  args: [],
  startSeconds: 60,
  options: OPTIONS,
  outputBytes: 1_024,
  loops: [aLoop(), aLoop({ role: 'collecting', final: false })],
  focus: null,
  readsInside: false,
  shareSeconds: null,
  memsize: false,
  seed: 1,
  spacingPercent: 100,
  trims: true,
  process: { flags: [], environment: {} },
  explain: null,
};

test('arguments are handed over one by one, whatever they hold', () => {
  const args = ['', 'two words', 'a=b', "'; rm -rf /", 'ü\nline'];
  const env = supervisorEnv({ ...SETTINGS, args });
  expect(env['MATRIX_ARGC']).toBe('5');
  expect(args.map((_, i) => env[`MATRIX_ARG_${i}`])).toEqual(args);
});

test('the prelude gets words it knows, and only what was requested', () => {
  expect(supervisorEnv(SETTINGS)['MATRIX_PRELUDE']).toBe('seed=1 spacing=100 loops=Dk');
  expect(
    supervisorEnv({
      ...SETTINGS,
      options: { ...OPTIONS, exactCount: true },
      memsize: true,
      seed: 7,
      spacingPercent: 140,
    })['MATRIX_PRELUDE'],
  ).toBe('seed=7 spacing=140 loops=Dk exact memsize');
});

test('the prelude is reported which loop to look at, and where', () => {
  const focus = { site: 1, context: { method: 'grow ü', line: '', rounds: '2' } };
  const env = supervisorEnv({
    ...SETTINGS,
    focus,
    readsInside: true,
    shareSeconds: 7.5,
    options: { ...OPTIONS, keepSleep: true },
  });
  const context = Buffer.from(['grow ü', '', '2'].join('\0')).toString('base64');
  expect(env['MATRIX_PRELUDE']).toBe(
    `seed=1 spacing=100 loops=Dk focus=1 context=${context} inner share=7500 keep-sleep`,
  );
});

test('fractions of a second arrive as whole milliseconds, and never as none', () => {
  const env = supervisorEnv({ ...SETTINGS, startSeconds: 0.25, options: { ...OPTIONS, budgetSeconds: 7.5 } });
  expect([env['MATRIX_START_MS'], env['MATRIX_BUDGET_MS']]).toEqual(['250', '7500']);
  expect(
    supervisorEnv({ ...SETTINGS, options: { ...OPTIONS, budgetSeconds: 1e-9 } })['MATRIX_BUDGET_MS'],
  ).toBe('1');
});

test('the working directory is long enough for the leak that started it all: a path in it is not embedded', () => {
  expect(supervisorEnv(SETTINGS)['MATRIX_WORKDIR']!.length).toBeGreaterThan(23);
});

test('a script that runs in the directory of its image is named by its whole path', () => {
  expect(supervisorEnv(SETTINGS)).toMatchObject({ MATRIX_SCRIPT: 'repro.rb' });
  expect(supervisorEnv(SETTINGS)).not.toHaveProperty('MATRIX_DIRECTORY');
  const env = supervisorEnv({ ...SETTINGS, directory: '/app' });
  expect(env).toMatchObject({
    MATRIX_DIRECTORY: '/app',
    MATRIX_SCRIPT: `${env['MATRIX_WORKDIR']}/repro.rb`,
  });
});

test('a leak is explained by the words that the prelude knows', () => {
  const explain = {
    inspects: 'native',
    leastIterations: 1000,
    enoughIterations: null,
    mostIterations: null,
    everything: true,
    countsObjects: true,
    unit: 1,
  } as const;
  const words = (change: Partial<ExplainSettings>) =>
    supervisorEnv({ ...SETTINGS, explain: { ...explain, ...change } })['MATRIX_PRELUDE'];
  expect(words({})).toBe('seed=1 spacing=100 loops=Dk explain=native unit=1 least=1000 everything objects');
  expect(words({ inspects: 'objects', everything: false, countsObjects: false, enoughIterations: 500 })).toBe(
    'seed=1 spacing=100 loops=Dk explain=objects unit=1 least=1000 enough=500',
  );
});
