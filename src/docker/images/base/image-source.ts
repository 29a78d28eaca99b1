import type { Done } from '../../../domain/result.ts';
import type { RubySource } from '../../../domain/ruby/ruby.ts';
import type { Base, BaseResult } from './base.ts';
import { findImage } from './find-image.ts';
import { pullImage } from '../pull/pull.ts';
import type { SourceContext } from './source-context.ts';

/** Path of the ruby in official images. */
const OFFICIAL_RUBY = '/usr/local/bin/ruby';

type ImageSource = Extract<RubySource, { kind: 'official' | 'image' }>;

/** Uses a local image, whatever the registry has by now; otherwise pulls it, if a registry answers. */
export async function baseFromImage(source: ImageSource, context: SourceContext): Promise<BaseResult> {
  const { registries, pulls, progress, signal } = context;
  const here = await baseHere(source, context);
  const own = source.kind === 'image' ? source.own : undefined;
  if (own !== undefined && here?.digest !== own.digest) {
    return {
      ok: false,
      message: `the image has changed since the run began (it was ${own.digest}): run it again`,
    };
  }
  if (here) return { ok: true, value: here };
  const registry = await registries.reachable(source.image);
  if (!registry.ok)
    return { ok: false, message: `the engine does not have the image, and ${registry.message}` };
  const pull = (report: (line: string) => void, abort: AbortSignal): Promise<Done> =>
    pullImage(source.image, { ...context, progress: report, signal: abort });
  const pulled = await pulls.run(source.image, pull, progress, signal);
  if (!pulled.ok) return pulled;
  const base = await baseHere(source, context);
  if (base) return { ok: true, value: base };
  return { ok: false, message: `${source.image} was pulled, but the engine does not have it` };
}

async function baseHere(source: ImageSource, { docker, arch }: SourceContext): Promise<Base | null> {
  const image = await findImage(docker, source.image);
  if (!image) return null;
  return {
    source: source.kind,
    reference: source.image,
    // Reports show a verdict under emulation by the name of its base.
    name: image.arch === arch ? source.image : `${source.image} (linux/${image.arch})`,
    id: image.id,
    digest: image.digest,
    arch: image.arch,
    ruby: source.kind === 'official' ? OFFICIAL_RUBY : source.ruby,
    packages: [],
    own: source.kind === 'image' ? source.own : undefined,
  };
}
