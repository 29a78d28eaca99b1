import { createWriteStream } from 'node:fs';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { EngineError, type GemInstall, type PreparedImage } from '../../engine/ports.ts';
import { refuse, type Result } from '../../domain/result.ts';
import type { ResolvedGem } from '../../domain/ruby/gems.ts';
import { engineMessage } from '../connection/engine-errors.ts';
import { findEnd } from '../run/end.ts';
import { LineQueue } from '../run/line-queue.ts';
import { pump } from '../run/pump.ts';
import { killContainer, removeContainer } from '../run/remove.ts';
import type { StartContext } from '../run/start-cell.ts';
import { Tail } from '../run/tail.ts';
import { startAttached } from '../run/start-attached.ts';
import { bundlerFor } from './bundler-release.ts';
import type { GemSource } from './gem-source.ts';
import { describeInstallError } from './install-errors.ts';
import { installerOptions } from './installer-options.ts';
import { readFrame, type InstallFailure } from './installer-frames.ts';

type InstallEnd =
  | { readonly kind: 'done'; readonly gems: readonly ResolvedGem[] }
  | { readonly kind: 'failed'; readonly failure: InstallFailure };

const QUEUE_CHARACTERS = 4 * 1024 * 1024;
const STDERR_BYTES = 16 * 1024;

interface RunContext extends StartContext {
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs images/gems/install.rb in a container without a network. Downloads come from the gem source over its
 * stdout; installed files go into a tar that nothing on this host unpacks.
 * @throws errors of the engine
 */
export async function runInstaller(
  image: PreparedImage,
  install: GemInstall,
  source: GemSource,
  layerFile: string,
  context: RunContext,
): Promise<Result<readonly ResolvedGem[]>> {
  const { docker, instance, features, signal } = context;
  signal.throwIfAborted();
  const container = await docker.createContainer(installerOptions(image, install, instance, features));
  const overdue = AbortSignal.timeout(install.policy.seconds * 1000);
  const stop = AbortSignal.any([signal, overdue]);
  const kill = (): void => void killContainer(container);
  stop.addEventListener('abort', kill, { once: true });
  try {
    const ended = await converse(container, install, source, layerFile, context, stop);
    signal.throwIfAborted();
    if (ended.kind === 'done') return { ok: true, value: ended.gems };
    const { failure } = overdue.aborted ? failed('overdue', String(install.policy.seconds)) : ended;
    return refuse(describeInstallError(failure, source.trouble, install.policy));
  } finally {
    stop.removeEventListener('abort', kill);
    await removeContainer(container);
  }
}

async function converse(
  container: Docker.Container,
  install: GemInstall,
  source: GemSource,
  layerFile: string,
  { docker, watchdog, features, progress }: RunContext,
  stop: AbortSignal,
): Promise<InstallEnd> {
  const started = await startAttached(docker, container, true, stop);
  const { connection } = started;
  send(connection, install);
  const lines = new LineQueue(QUEUE_CHARACTERS);
  const stderr = new Tail(STDERR_BYTES);
  const drained = pump(connection, lines, stderr);
  const output = {
    drained,
    stderr: () => stderr.text(),
    killed: () => stop.aborted,
    ownKernel: features.ownKernel,
  };
  const ended = findEnd(container, started, watchdog.watch(), output);
  void ended.then(() => connection.destroy());
  const layer = createWriteStream(layerFile, { mode: 0o600 });
  try {
    let bytes = 0;
    const most = install.policy.megabytes * 1024 * 1024;
    for await (const line of lines) {
      if (stop.aborted) break;
      const frame = readFrame(line);
      switch (frame.kind) {
        case 'get':
          await answer(connection, await source.get(frame.path));
          break;
        case 'progress':
          progress(frame.text);
          break;
        case 'piece':
          bytes += frame.bytes.length;
          if (bytes > most) return failed('too-large', String(install.policy.megabytes));
          if (!layer.write(frame.bytes)) await new Promise<void>((resolve) => layer.once('drain', resolve));
          break;
        case 'done':
          return { kind: 'done', gems: frame.gems };
        case 'failed':
          return { kind: 'failed', failure: frame.failure };
        case 'strange':
          break;
      }
    }
  } finally {
    await new Promise<void>((resolve) => layer.end(resolve));
    connection.destroy();
  }
  const end = await ended;
  if (end.kind === 'engine-lost') throw new EngineError(end.message);
  if (end.oomKilled) return failed('memory', String(install.policy.megabytes));
  return failed('ended', `exit code ${end.exitCode}: ${end.stderr.trim()}`);
}

const failed = (kind: string, text: string): Extract<InstallEnd, { kind: 'failed' }> => ({
  kind: 'failed',
  failure: { kind, text, log: '', similar: [] },
});

/** Sends the container its input: a line of JSON, then the files. */
function send(connection: Duplex, install: GemInstall): void {
  const { gems, folders, gemfile, lockfile, inline, input, env, policy, release } = install;
  const sources = ['https://rubygems.org', withoutLogin(policy.source)];
  const bundler = bundlerFor(release);
  const inputBytes = input.length;
  const wanted = { gems, folders, gemfile, lockfile, inline, env, sources, bundler, inputBytes };
  connection.write(`${JSON.stringify(wanted)}\n`);
  connection.write(input);
}

/** Removes the operator's login from an address. */
function withoutLogin(source: string): string {
  const address = new URL(source);
  address.username = '';
  address.password = '';
  return address.href;
}

async function answer(
  connection: Duplex,
  { status, body }: { readonly status: number; readonly body: Uint8Array },
): Promise<void> {
  connection.write(`${status} ${body.length}\n`);
  if (body.length === 0 || connection.write(body)) return;
  await Promise.race([
    new Promise<void>((resolve) => connection.once('drain', resolve)),
    new Promise<void>((resolve) => connection.once('close', resolve)),
  ]).catch((error: unknown) => {
    throw new EngineError(engineMessage(error));
  });
}
