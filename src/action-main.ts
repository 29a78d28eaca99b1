import { InputError } from './action/inputs.ts';
import { ServiceError } from './action/remote/service.ts';
import { runAction } from './action/run-action.ts';
import { githubRunner } from './action/runner.ts';
import { measureHere } from './action-measure.ts';
import { measureThere } from './action-measure-there.ts';
import { assemble } from './assemble.ts';
import { describeError } from './cli/describe-error.ts';

/** Bundled this is dist/action/index.js, two folders below the root of the repository; as a source it lies one below. */
const root = new URL(import.meta.url.endsWith('/dist/action/index.js') ? '../../' : '../', import.meta.url);
const env = { ...process.env };
// What this process starts has no use for tokens.
for (const name of ['INPUT_TOKEN', 'INPUT_GITHUB-TOKEN']) delete process.env[name];
// The runner reads commands from both streams, and in no order between them: everything goes to one.
const { stdout } = process;
const runner = githubRunner(stdout, env);
try {
  const deps = await assemble({ root, streams: { stdout, stderr: stdout, env } });
  await runAction(runner, (inputs, scripts) => {
    const measure = inputs.serverUrl === null ? measureHere(deps) : measureThere(deps, inputs.serverUrl);
    return measure(inputs, scripts);
  });
} catch (error) {
  const told = error instanceof InputError || error instanceof ServiceError;
  runner.fail(told ? error.message : describeError(error).message);
}
// Sockets that an engine or a service keeps open must not keep the step.
process.exit();
