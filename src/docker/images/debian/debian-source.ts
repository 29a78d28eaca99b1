import type { Base, BaseResult } from '../base.ts';
import { findImage } from '../find-image.ts';
import type { SourceContext } from '../source-context.ts';
import { makeBase } from './make-base.ts';
import { DEBIAN_RUBY, recipeOf } from './recipe.ts';

/** A base with Debian's own ruby: the one that is here, or one made from Debian's packages. */
export async function baseFromDebian(suite: string, context: SourceContext): Promise<BaseResult> {
  const here = await debianBaseHere(suite, context);
  if (here) return { ok: true, base: here };
  const { debianBases, progress, signal } = context;
  return debianBases.run(
    suite,
    async (tell, abort) => {
      const made = await makeBase(suite, { ...context, progress: tell, signal: abort });
      if (!made.ok) return made;
      const base = await debianBaseHere(suite, context);
      return base ? { ok: true, base } : { ok: false, reason: 'it was imported, but the engine lost it' };
    },
    progress,
    signal,
  );
}

async function debianBaseHere(suite: string, { docker }: SourceContext): Promise<Base | null> {
  const { tag } = recipeOf(suite);
  const image = await findImage(docker, tag);
  if (!image) return null;
  return {
    source: 'debian',
    reference: tag,
    name: `debian:${suite}`,
    id: image.id,
    digest: image.digest,
    ruby: DEBIAN_RUBY,
  };
}
