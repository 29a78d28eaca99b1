import type Docker from 'dockerode';
import type { ContainerEnd } from '../../engine/ports.ts';
import { messageOf, httpStatusOf } from '../connection/engine-errors.ts';
import { withDeadline } from '../deadline.ts';
import type { PendingExit } from './wait.ts';
import type { Watch } from './watchdog.ts';

const INSPECT_MS = 5000;
/** Output that is still under way when the container has ended. */
const LAST_OUTPUT_MS = 2000;

/** What is known of a container's end besides the engine's report. */
interface Output {
  /** Settles when everything the container wrote has been read. Never rejects. */
  readonly drained: Promise<void>;
  stderr(): string;
  /** True when this program had it killed. */
  killed(): boolean;
  /** True where the container had a kernel of its own. */
  readonly ownKernel: boolean;
}

/** The exit code of a program that SIGKILL ended. */
const KILLED = 137;

/**
 * Returns how the container ended. The wait alone is not trusted: it never settles when the engine dies in some ways,
 * so it races against the watch over the engine, and the container is inspected afterwards. Never rejects.
 */
export async function findEnd(
  container: Docker.Container,
  exit: PendingExit,
  watch: Watch,
  output: Output,
): Promise<ContainerEnd> {
  const lost = await Promise.race([exit.exitCode.then(() => null), watch.lost]);
  watch[Symbol.dispose]();
  if (lost !== null) return engineLost(`the Docker engine stopped answering (${lost})`);
  try {
    const { State } = await withDeadline(container.inspect(), INSPECT_MS, 'the state of the container');
    if (State.Running) return engineLost('the connection to the Docker engine broke while the script ran');
    await withDeadline(output.drained, LAST_OUTPUT_MS, 'the last output').catch(() => {
      // The reader is slow, or the stream hangs: use the output so far.
    });
    const exitCode = (await exit.exitCode) ?? State.ExitCode;
    // The host ends gVisor's kernel, with all that is in it, when memory runs out, and the engine says nothing of why.
    // Nothing that runs inside can end it like that.
    const kernelKilled = output.ownKernel && exitCode === KILLED && !output.killed();
    return {
      kind: 'exited',
      exitCode,
      oomKilled: State.OOMKilled || kernelKilled,
      stderr: output.stderr(),
    };
  } catch (error) {
    if (httpStatusOf(error) === 404) return engineLost('somebody removed the container while it ran');
    return engineLost(
      `the connection to the Docker engine was lost while the script ran (${messageOf(error)})`,
    );
  }
}

function engineLost(what: string): ContainerEnd {
  return { kind: 'engine-lost', message: lostMessage(what) };
}

export const lostMessage = (what: string): string =>
  `${what}: check the engine with matrix doctor, then run again`;
