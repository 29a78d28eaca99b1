import { refuse, type Done } from '../../../domain/result.ts';
import type { Base, BaseResult } from './base.ts';
import { findImage, type LocalImage } from './find-image.ts';
import type { SourceContext } from './source-context.ts';

/** A base under a tag that carries the hash of everything that goes into it. */
export interface BaseRecipe {
  readonly tag: string;
  /** Describes the base by its image. */
  readonly describe: (image: LocalImage) => Omit<Base, 'reference' | 'id' | 'arch'>;
  /** Makes the image under that tag. */
  readonly make: (context: SourceContext) => Promise<Done>;
}

/** Finds a base, or makes it: once, however many cells wait for it. */
export async function findOrMake(recipe: BaseRecipe, context: SourceContext): Promise<BaseResult> {
  const existing = await findBase(recipe, context);
  if (existing !== null) return { ok: true, value: existing };
  const { bases, progress, signal } = context;
  return bases.run(
    recipe.tag,
    (report, abort) => make(recipe, { ...context, progress: report, signal: abort }),
    progress,
    signal,
  );
}

async function make(recipe: BaseRecipe, context: SourceContext): Promise<BaseResult> {
  const made = await recipe.make(context);
  if (!made.ok) return made;
  const base = await findBase(recipe, context);
  return base === null
    ? refuse('it was made, but the engine lost it: run this again')
    : { ok: true, value: base };
}

async function findBase({ tag, describe }: BaseRecipe, { docker }: SourceContext): Promise<Base | null> {
  const image = await findImage(docker, tag);
  return image === null ? null : { ...describe(image), reference: tag, id: image.id, arch: image.arch };
}
