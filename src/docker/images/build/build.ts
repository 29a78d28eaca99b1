import type Docker from 'dockerode';
import type { Done } from '../../../domain/result.ts';
import { LABELS, PROJECT } from '../../labels.ts';
import { CLASSIC_BUILDER, followToEnd } from '../../follow-to-end.ts';
import type { Base } from '../base/base.ts';
import { BuildLog } from './build-log.ts';
import { packContext, type BuildContext } from './context.ts';

/** What is built: a ruby of a base, under a tag. */
export interface BuildRequest {
  readonly tag: string;
  readonly rubyName: string;
  readonly base: Base;
  /** Image with a C compiler. */
  readonly toolchain: string;
  readonly context: BuildContext;
}

/** `noCompiler`: the toolchain cannot compile, another one might. */
export type BuildResult = Done<{ readonly noCompiler: boolean }>;

/**
 * Builds an image with the engine's classic builder. A build that fails is a value, with the line that
 * failed and its output; an abort rejects with the signal's reason.
 */
export async function buildImage(
  docker: Docker,
  request: BuildRequest,
  signal: AbortSignal,
): Promise<BuildResult> {
  const log = new BuildLog(request.context.dockerfile);
  const options = { ...buildOptions(request), abortSignal: signal };
  const start = (): Promise<NodeJS.ReadableStream> =>
    docker.buildImage(packContext(request.context), options);
  const built = await followToEnd(start, signal, (text) => log.add(text));
  return built.ok ? built : failed(log, built.message);
}

function buildOptions({ tag, rubyName, base, toolchain, context }: BuildRequest): Docker.ImageBuildOptions {
  return {
    t: tag,
    ...CLASSIC_BUILDER,
    // Alpine's compiler comes from its archive, which is kept for every release; nothing else needs a network.
    networkmode: toolchain.includes('alpine') ? 'default' : 'none',
    buildargs: { BASE: base.reference, TOOLCHAIN: toolchain, RUBY: base.ruby },
    labels: {
      [PROJECT.key]: PROJECT.value,
      [LABELS.content]: context.hash,
      [LABELS.ruby]: rubyName,
      [LABELS.rubyPath]: base.ruby,
      [LABELS.base]: base.name,
      [LABELS.digest]: base.digest,
      [LABELS.source]: base.source,
    },
  };
}

function failed(log: BuildLog, error: string): BuildResult {
  const noRoom = /no space left/i.test(error + log.output)
    ? '\nno room on the disk: docker system df shows what takes it, matrix images prune removes those of matrix'
    : '';
  return {
    ok: false,
    noCompiler: log.output.includes('matrix: no C compiler'),
    message: log.describe(error) + noRoom,
  };
}
