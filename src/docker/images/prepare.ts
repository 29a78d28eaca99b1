import type Docker from 'dockerode';
import type { Ruby } from '../../domain/ruby/ruby.ts';
import type { PreparedImageResult, PreparedImage } from '../../engine/ports.ts';
import { engineMessage, httpStatusOf } from '../connection/engine-errors.ts';
import { addAllocator } from './allocator/add-allocator.ts';
import type { Base } from './base/base.ts';
import { buildImage, type BuildRequest, type BuildResult } from './build/build.ts';
import type { BuildContext } from './build/context.ts';
import { findBuilt } from './build/find-built.ts';
import { findImage } from './base/find-image.ts';
import { resolveBase } from './base/resolve-base.ts';
import type { SourceContext } from './base/source-context.ts';
import { imageTag } from './build/tags.ts';
import { otherToolchain, toolchainFor } from './base/toolchain.ts';

/**
 * Finds or builds the image of a ruby. Failures are values, with every source and its reason; an abort
 * rejects with the signal's reason.
 */
export async function prepareImage(
  ruby: Ruby,
  parts: BuildContext,
  context: SourceContext,
): Promise<PreparedImageResult> {
  try {
    const result = await resolveBase(ruby, context);
    if (result.ok && ruby.allocator !== undefined) {
      const added = await addAllocator(result.value, ruby.allocator, context);
      if (!added.ok) return { ...added, kind: 'setting-unavailable' };
      return await imageOn(added.value, ruby, parts, context);
    }
    if (result.ok) return await imageOn(result.value, ruby, parts, context);
    // The base may have been removed after the image was built from it.
    const built = await findBuilt(context.docker, ruby, parts.hash);
    if (built) return { ok: true, value: built };
    return unavailable(`no image for ruby ${ruby.name}:\n${indent(result.message)}`);
  } catch (error) {
    context.signal.throwIfAborted();
    const kind = httpStatusOf(error) === null ? 'the connection to the engine was lost' : 'the engine failed';
    return {
      ok: false,
      kind: 'engine-error',
      message: `${kind} (${engineMessage(error)}): run matrix doctor for details`,
    };
  }
}

async function imageOn(
  base: Base,
  ruby: Ruby,
  parts: BuildContext,
  context: SourceContext,
): Promise<PreparedImageResult> {
  const { docker, progress } = context;
  const tag = imageTag(ruby.name, { contextHash: parts.hash, baseId: base.id, rubyPath: base.ruby });
  const { name, digest, source, packages, own, ruby: path } = base;
  const image: PreparedImage = { tag, base: name, digest, source, ruby: path, packages, own };
  const here = await findImage(docker, tag);
  if (here !== null) return { ok: true, value: { ...image, id: here.id } };

  progress(`building the image of ruby ${ruby.name} from ${base.name}`);
  const built = await buildWithSomeCompiler({ tag, rubyName: ruby.name, base, context: parts }, context);
  if (built.ok) return { ok: true, value: await identified(image, docker) };
  const why = base.arch === context.arch ? built.message : describeForeign(base, context.arch, built.message);
  return unavailable(`the image of ruby ${ruby.name} could not be built from ${base.name}: ${why}`);
}

/** Adds its id to an image. */
async function identified(image: PreparedImage, docker: Docker): Promise<PreparedImage> {
  const made = await findImage(docker, image.tag);
  return made === null ? image : { ...image, id: made.id };
}

/** Explains what an image of another architecture needs, where the kernel refuses its first program. */
function describeForeign(base: Base, arch: string, message: string): string {
  if (!/exec format error/i.test(message)) return message;
  return (
    `the image is for linux/${base.arch}, and this engine runs linux/${arch} without an emulator for it. ` +
    `Give it one (Debian, on the engine's machine: apt-get install qemu-user-static; anywhere: ` +
    `docker run --privileged --rm tonistiigi/binfmt --install ${base.arch}), or remove the image and name one ` +
    `for linux/${arch} in matrix.yaml\n${message}`
  );
}

async function buildWithSomeCompiler(
  request: Omit<BuildRequest, 'toolchain'>,
  context: SourceContext,
): Promise<BuildResult> {
  const { docker, progress, signal } = context;
  const { base } = request;
  const toolchain = await toolchainFor(base, context);
  const first = await buildImage(docker, { ...request, toolchain }, signal);
  if (first.ok || !first.noCompiler) return first;
  const other = await otherToolchain(base, context);
  if (other === null || other === toolchain) return first;
  progress(`${base.name} has no C compiler: compiling in ${other}`);
  return buildImage(docker, { ...request, toolchain: other }, signal);
}

function unavailable(message: string): PreparedImageResult {
  return { ok: false, kind: 'image-unavailable', message };
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
