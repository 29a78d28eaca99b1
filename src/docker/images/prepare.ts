import type { Ruby } from '../../domain/ruby.ts';
import type { Preparation, PreparedImage } from '../../engine/ports.ts';
import { messageOf, statusOf } from '../connection/explain.ts';
import type { Base } from './base.ts';
import { buildImage } from './build.ts';
import type { BuildContext } from './context.ts';
import { findBuilt } from './find-built.ts';
import { findImage } from './find-image.ts';
import { resolveBase } from './resolve-base.ts';
import type { SourceContext } from './source-context.ts';
import { imageTag } from './tags.ts';
import { otherToolchain, toolchainFor } from './toolchain.ts';
import type { Toolchain } from './toolchain.ts';

/**
 * Finds the image of a ruby, or builds it. What cannot be had is a value, with every source and its reason;
 * an abort rejects with the signal's reason.
 */
export async function prepareImage(
  ruby: Ruby,
  parts: BuildContext,
  context: SourceContext,
): Promise<Preparation> {
  try {
    const result = await resolveBase(ruby, context);
    if (result.ok) return await imageOn(result.base, ruby, parts, context);
    // The base may have been removed after the image was built from it.
    const built = await findBuilt(context.docker, ruby, parts.hash);
    if (built) return { ok: true, image: built };
    return unavailable(`no image for ruby ${ruby.name}:\n${indent(result.reason)}`);
  } catch (error) {
    context.signal.throwIfAborted();
    const kind = statusOf(error) === null ? 'the engine went away' : 'the engine failed';
    return {
      ok: false,
      kind: 'engine-error',
      message: `${kind} (${messageOf(error)}): matrix doctor says more`,
    };
  }
}

async function imageOn(
  base: Base,
  ruby: Ruby,
  parts: BuildContext,
  context: SourceContext,
): Promise<Preparation> {
  const toolchain = await toolchainFor(base, context);
  const first = await build(base, toolchain, ruby, parts, context);
  if (!first.noCompiler) return first.preparation;
  const other = await otherToolchain(context);
  if (!other || other.id === toolchain.id) return first.preparation;
  context.progress(`${base.name} has no C compiler: compiling in ${other.reference}`);
  return (await build(base, other, ruby, parts, context)).preparation;
}

async function build(
  base: Base,
  toolchain: Toolchain,
  ruby: Ruby,
  parts: BuildContext,
  { docker, progress, signal }: SourceContext,
): Promise<{ readonly preparation: Preparation; readonly noCompiler?: boolean }> {
  const ingredients = {
    contextHash: parts.hash,
    baseId: base.id,
    toolchainId: toolchain.id,
    rubyPath: base.ruby,
  };
  const tag = imageTag(ruby.name, ingredients);
  const image = preparedImage(tag, base);
  if (await findImage(docker, tag)) return { preparation: { ok: true, image } };
  progress(`building the image of ruby ${ruby.name} from ${base.name}`);
  const request = { tag, rubyName: ruby.name, base, toolchain: toolchain.reference, context: parts };
  const result = await buildImage(docker, request, signal);
  if (result.ok) return { preparation: { ok: true, image } };
  const message = `the image of ruby ${ruby.name} could not be built from ${base.name}: ${result.message}`;
  return { preparation: unavailable(message), noCompiler: result.noCompiler };
}

function preparedImage(tag: string, { name, digest, source, ruby }: Base): PreparedImage {
  return { tag, base: name, digest, source, ruby };
}

function unavailable(message: string): Preparation {
  return { ok: false, kind: 'image-unavailable', message };
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
