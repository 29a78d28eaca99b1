import type { RubySource } from '../../domain/ruby.ts';
import type { Base, BaseResult } from './base.ts';
import { findImage } from './find-image.ts';
import { pullImage } from './pull.ts';
import type { SourceContext } from './source-context.ts';

/** Where the official images keep their ruby. */
const OFFICIAL_RUBY = '/usr/local/bin/ruby';

type ImageSource = Extract<RubySource, { kind: 'official' | 'image' }>;

/** An image that is here serves, whatever the registry has by now; else it is pulled, if a registry answers. */
export async function baseFromImage(
  source: ImageSource,
  { docker, registries, progress, signal }: SourceContext,
): Promise<BaseResult> {
  const here = await baseHere(source, docker);
  if (here) return { ok: true, base: here };
  const registry = await registries.reachable(source.image);
  if (!registry.ok) return { ok: false, reason: `the image is not here, and ${registry.reason}` };
  progress(`pulling ${source.image}`);
  const pulled = await pullImage(docker, source.image, signal);
  if (!pulled.ok) return pulled;
  const base = await baseHere(source, docker);
  if (base) return { ok: true, base };
  return { ok: false, reason: `${source.image} was pulled, but the engine does not have it` };
}

async function baseHere(source: ImageSource, docker: SourceContext['docker']): Promise<Base | null> {
  const image = await findImage(docker, source.image);
  if (!image) return null;
  return {
    source: source.kind,
    reference: source.image,
    name: source.image,
    id: image.id,
    digest: image.digest,
    ruby: source.kind === 'official' ? OFFICIAL_RUBY : source.ruby,
  };
}
