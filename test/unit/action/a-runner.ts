import type { Annotation, Runner } from '../../../src/action/ports.ts';

export interface TestRunner extends Runner {
  readonly outputs: Record<string, string>;
  readonly annotations: Annotation[];
  readonly said: string[];
  readonly hidden: string[];
  readonly failures: (string | null)[];
  summaryText: string;
  guarded: boolean;
}

/** Makes a runner that records all calls. */
export function aRunner(inputs: Readonly<Record<string, string>>, env: Runner['env'] = {}): TestRunner {
  const runner: TestRunner = {
    env,
    outputs: {},
    annotations: [],
    said: [],
    hidden: [],
    failures: [],
    summaryText: '',
    guarded: false,
    input: (name) => inputs[name] ?? '',
    output: (name, value) => void (runner.outputs[name] = value),
    summary: async (markdown) => void (runner.summaryText += markdown),
    annotate: (annotation) => {
      if (runner.guarded) throw new Error('a command inside of the guard is lost');
      runner.annotations.push(annotation);
    },
    hide: (secret) => void runner.hidden.push(secret),
    fail: (message) => void runner.failures.push(message),
    log: (line) => void runner.said.push(line),
    guard: () => {
      runner.guarded = true;
      return { [Symbol.dispose]: () => void (runner.guarded = false) };
    },
  };
  return runner;
}
