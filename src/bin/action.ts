import { InputError } from '../action/inputs.ts';
import { ServiceError } from '../action/remote/service.ts';
import { runAction } from '../action/run-action.ts';
import { githubRunner } from '../action/runner.ts';
import { measureHere } from '../action/measure-here.ts';
import { measureThere } from '../action/remote/measure-there.ts';
import { assemble } from '../composition/assemble.ts';
import { describeError } from '../usecases/command-error.ts';

/** Bundled this is dist/action/index.js, as a source src/bin/action.ts: two folders below the root either way. */
const root = new URL('../../', import.meta.url);
const env = { ...process.env };
// Programs that this process starts get no tokens.
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
  const isExpected = error instanceof InputError || error instanceof ServiceError;
  runner.fail(isExpected ? error.message : describeError(error).message);
}
// Sockets that an engine or a service keeps open must not keep the step from ending.
process.exit();
