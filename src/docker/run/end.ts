import type Docker from 'dockerode';
import type { ContainerEnd } from '../../engine/ports.ts';
import { engineMessage, httpStatusOf } from '../connection/engine-errors.ts';
import { withDeadline } from '../deadline.ts';
import type { Started } from './start-attached.ts';
import type { Watch } from './watchdog.ts';

const INSPECT_MS = 5000;
/** Time to wait for the last output after a container has ended. */
const LAST_OUTPUT_MS = 2000;

/** What is known about a container's end besides the engine's report. */
interface Output {
  /** Settles when everything the container wrote has been read. Never rejects. */
  readonly drained: Promise<void>;
  stderr(): string;
  /** True when this program had it killed. */
  killed(): boolean;
  /** True where the container had a kernel of its own. */
  readonly ownKernel: boolean;
}

/** Exit code of a program that was ended by SIGKILL. */
const KILLED = 137;

/**
 * Finds out how a container ended. The wait alone is not enough: it may never settle when the engine dies, so
 * it races against the watchdog of the engine, and the container is inspected afterwards. Never rejects.
 */
export async function findEnd(
  container: Docker.Container,
  exit: Pick<Started, 'exitCode'>,
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
    // When memory runs out, the host kills gVisor's kernel with everything in it, and the engine reports no
    // reason. Nothing inside can cause such an end.
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
      `the connection to the Docker engine was lost while the script ran (${engineMessage(error)})`,
    );
  }
}

function engineLost(what: string): ContainerEnd {
  return { kind: 'engine-lost', message: lostMessage(what) };
}

export const lostMessage = (what: string): string =>
  `${what}: check the engine with matrix doctor, then run again`;
