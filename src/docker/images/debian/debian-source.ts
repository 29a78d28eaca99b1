import type { Base, BaseResult } from '../base.ts';
import { findImage } from '../find-image.ts';
import type { SourceContext } from '../source-context.ts';
import { makeBase, whyNoBase } from './make-base.ts';
import { DEBIAN_RUBY, recipeOf } from './recipe.ts';

/** A base with Debian's own ruby: the one that is here, or one made from Debian's packages. */
export async function baseFromDebian(suite: string, context: SourceContext): Promise<BaseResult> {
  const here = await debianBaseHere(suite, context);
  if (here) return { ok: true, base: here };
  const { debianBases, progress, signal } = context;
  return debianBases.run(
    suite,
    async (tell, abort) => {
      const hindrance = await whyNoBase({ ...context, progress: tell, signal: abort });
      if (hindrance !== null) return { ok: false, reason: hindrance };
      return context.setup.alone(`debian-${suite}`, { progress: tell, signal: abort }, () =>
        makeUnlessHere(suite, { ...context, progress: tell, signal: abort }),
      );
    },
    progress,
    signal,
  );
}

async function makeUnlessHere(suite: string, context: SourceContext): Promise<BaseResult> {
  // Another process of this host may have made it meanwhile.
  const theirs = await debianBaseHere(suite, context);
  if (theirs) return { ok: true, base: theirs };
  const made = await makeBase(suite, context);
  if (!made.ok) return made;
  const base = await debianBaseHere(suite, context);
  return base ? { ok: true, base } : { ok: false, reason: 'it was imported, but the engine lost it' };
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
    arch: image.arch,
    ruby: DEBIAN_RUBY,
  };
}
