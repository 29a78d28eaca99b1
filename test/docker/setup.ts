import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from 'tar-stream';
import { connect, type Engine } from '../../src/docker/connection/connect.ts';
import { createContainers } from '../../src/docker/containers.ts';
import { progressMessages, errorOf } from '../../src/docker/progress-messages.ts';
import type { Limits, Ruby, RubySource } from '../../src/domain/ruby/ruby.ts';
import type { CellSpec, Containers, PreparedImage, RunningCell } from '../../src/engine/ports.ts';

/** What every test of the engine needs. */
export const IMAGES_FOLDER = fileURLToPath(new URL('../../images', import.meta.url));
export const never = new AbortController().signal;
export const engine: Engine = await connect();
export const containers: Containers = await createContainers({ engine, imagesFolder: IMAGES_FOLDER });

/** Label of the containers of this file: others run beside it. */
export const TEST_RUN = `test-${process.pid}`;

export const LIMITS: Limits = {
  memoryMiB: 128,
  cpus: 1,
  pids: 64,
  openFiles: 256,
  tmpfsMiB: 16,
  outputKiB: 1024,
  scriptKiB: 256,
  startSeconds: 60,
  maxBudgetSeconds: 600,
};

export function ruby(name: string, ...sources: RubySource[]): Ruby {
  return { name, version: { major: 0, minor: 0, patch: 0 }, sources };
}

export const DEBIAN: Readonly<Record<string, Ruby>> = {
  bullseye: ruby('2.7.4', { kind: 'debian', suite: 'bullseye' }),
  bookworm: ruby('3.1.2', { kind: 'debian', suite: 'bookworm' }),
  trixie: ruby('3.3.8', { kind: 'debian', suite: 'trixie' }),
};

/** Prepares the image of a ruby; fails with the message of the preparation. */
export async function prepared(
  wanted: Ruby,
  progress: (line: string) => void = () => {},
): Promise<PreparedImage> {
  const result = await containers.prepare(wanted, progress, never);
  if (!result.ok) throw new Error(result.message);
  return result.value;
}

/** Builds an image from a Dockerfile, and files that it may copy, without a network. */
export async function buildImage(
  tag: string,
  dockerfile: string,
  files: Readonly<Record<string, Buffer>> = {},
): Promise<void> {
  const context = pack();
  context.entry({ name: 'Dockerfile' }, dockerfile);
  for (const [name, content] of Object.entries(files)) context.entry({ name, mode: 0o755 }, content);
  context.finalize();
  const stream = await engine.docker.buildImage(context as unknown as NodeJS.ReadableStream, {
    t: tag,
    networkmode: 'none',
    rm: true,
    forcerm: true,
  });
  for await (const message of progressMessages(stream)) {
    const error = errorOf(message);
    if (error !== null) throw new Error(error);
  }
}

/** Builds an image with the shell code of the setting CODE in place of the supervisor. */
export async function buildShell(tag: string, from: string): Promise<void> {
  const code = `$(head -c "$bytes" | tr '\\0' '\\n' | sed 's/^CODE=//')`;
  const command = ['/bin/sh', '-c', `read -r length key bytes; eval "${code}"`];
  await buildImage(tag, `FROM ${from}\nCMD ${JSON.stringify(command)}\n`);
}

/** Builds our own image with a shell in place of the supervisor. */
export async function shellImage(): Promise<PreparedImage> {
  const image = await prepared(DEBIAN.bookworm!);
  const tag = 'matrix-test:shell';
  await buildShell(tag, image.tag);
  return { ...image, tag };
}

export function spec(code: string, more: Partial<CellSpec> = {}): CellSpec {
  return {
    env: { CODE: code },
    input: new Uint8Array(),
    frameKey: 'test',
    limits: LIMITS,
    labels: { run: TEST_RUN, ruby: 'test' },
    ...more,
  };
}

/** Reads every line the container wrote. */
export async function linesOf(cell: RunningCell): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of cell.lines) lines.push(line);
  return lines;
}

/** Makes a copy of images/ that a test may break. Disposing removes it and every image built from it. */
export async function imagesCopy(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-images-'));
  await cp(IMAGES_FOLDER, folder, { recursive: true });
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true });
    },
  };
}

export async function removeImage(tag: string): Promise<void> {
  await engine.docker
    .getImage(tag)
    .remove()
    .catch(() => {});
}
