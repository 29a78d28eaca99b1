import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { commitName } from '../../../domain/bisect/commits/commit-search.ts';
import { refuse, type Result } from '../../../domain/result.ts';
import type { CommitSource } from '../../../domain/ruby/ruby.ts';
import { engineMessage } from '../../connection/engine-errors.ts';
import { Demux } from '../../run/demux.ts';
import { killContainer, removeContainer } from '../../run/remove.ts';
import { Tail } from '../../run/tail.ts';
import { startAttached } from '../../run/start-attached.ts';
import type { SourceContext } from '../base/source-context.ts';
import { describeBuildError, type BuildEnd } from './build-errors.ts';
import { buildContainer, type BuildRequest } from './build-container.ts';
import { STEP, WITHOUT } from './build-script.ts';
import { afterFirst, inTurn } from './build-turns.ts';
import { cacheVolume } from './cache-volume.ts';

/** Longest time of a build; a cold one takes some minutes. */
const LONGEST_MS = 60 * 60 * 1000;
const MOST_BYTES = 2 ** 30;
const SOURCE = 'source.tar';
const LOG_BYTES = 256 * 1024;

/** A tar of the installed files; `isLasting`: the same commit would fail again. */
export type BuiltCommit = Result<string, { readonly isLasting: boolean }>;

/**
 * Builds Ruby at a commit in a container without a network: the source goes in as a tar, the installed files come out as
 * one, which nothing on this host unpacks.
 */
export const buildCommit = (
  source: CommitSource,
  image: string,
  scratch: string,
  context: SourceContext,
): Promise<BuiltCommit> => inTurn(() => build(source, image, scratch, context));

async function build(
  source: CommitSource,
  image: string,
  scratch: string,
  context: SourceContext,
): Promise<BuiltCommit> {
  const { signal, progress, archive } = context;
  signal.throwIfAborted();
  progress(`building ${commitName(source.hash)}: reading its source`);
  const files = join(scratch, SOURCE);
  try {
    await pipeline(
      archive({ repository: source.repository, hash: source.hash, folder: '.' }, signal),
      createWriteStream(files),
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    return { ...refuse(`its source cannot be read: ${engineMessage(error)}`), isLasting: false };
  }
  const { size } = await stat(files);
  const volume = await cacheVolume(source.repository, image, context);
  return afterFirst(volume, () => runBuild({ image, volume: volume.name, bytes: size }, scratch, context));
}

async function runBuild(
  request: Omit<BuildRequest, 'instance' | 'runtime'>,
  scratch: string,
  context: SourceContext,
): Promise<BuiltCommit> {
  const { docker, signal, instance, runtime } = context;
  const files = join(scratch, SOURCE);
  const container = await docker.createContainer(buildContainer({ ...request, instance, runtime }));
  const overdue = AbortSignal.timeout(LONGEST_MS);
  const stop = AbortSignal.any([signal, overdue]);
  const kill = (): void => void killContainer(container);
  stop.addEventListener('abort', kill, { once: true });
  try {
    const installed = join(scratch, 'installed.tar');
    const ended = await converse(container, files, installed, context);
    signal.throwIfAborted();
    if (ended.exitCode === 0 && !ended.isTooLarge) return { ok: true, value: installed };
    const { State } = await container.inspect();
    const why = { overdue: overdue.aborted, outOfMemory: State.OOMKilled };
    return {
      ...refuse(describeBuildError(ended, why)),
      isLasting: ended.exitCode !== null && ended.exitCode < 128 && !overdue.aborted && !State.OOMKilled,
    };
  } finally {
    stop.removeEventListener('abort', kill);
    await removeContainer(container);
  }
}

async function converse(
  container: Docker.Container,
  files: string,
  installed: string,
  { docker, progress, signal }: SourceContext,
): Promise<BuildEnd> {
  const { connection, exitCode } = await startAttached(docker, container, true, signal);
  const sent = pipeline(createReadStream(files), connection, { end: false }).catch(() => undefined);
  const log = new Tail(LOG_BYTES);
  const into = createWriteStream(installed, { mode: 0o600 });
  const steps = stepReader(progress);
  let bytes = 0;
  void exitCode.then(() => setTimeout(() => connection.destroy(), 10_000).unref());
  try {
    const demux = new Demux();
    for await (const chunk of connection) {
      for (const part of demux.push(chunk as Buffer)) {
        if (part.stream === 'stderr') {
          log.push(part.bytes);
          steps(part.bytes);
          continue;
        }
        bytes += part.bytes.length;
        if (bytes > MOST_BYTES) {
          void killContainer(container);
          continue;
        }
        if (!into.write(part.bytes)) await new Promise<void>((resolve) => into.once('drain', resolve));
      }
    }
  } catch {
    // The end of the container shows the reason.
  } finally {
    await new Promise<void>((resolve) => into.end(resolve));
    connection.destroy();
  }
  await sent;
  return { exitCode: await exitCode, log: log.text(), isTooLarge: bytes > MOST_BYTES };
}

/** Makes a reader that reports what a build does next, and what it leaves out. */
function stepReader(progress: (line: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(-1000);
    for (const line of lines) {
      if (line.startsWith(STEP)) progress(`building it: ${line.slice(STEP.length, 100)}`);
      if (line.startsWith(WITHOUT))
        progress(`building it again without ${line.slice(WITHOUT.length, 200)}, which do not compile here`);
    }
  };
}
