import { orderedPackages, type DebianSource } from '../../../domain/ruby/debian-packages.ts';
import { LABELS } from '../../labels.ts';
import type { Base, BaseResult } from '../base/base.ts';
import { findImage } from '../base/find-image.ts';
import type { SourceContext } from '../base/source-context.ts';
import { addPackages } from './add-packages.ts';
import { makeBase, whyNoBase } from './make-base.ts';
import { packagesIn } from './package-list.ts';
import { DEBIAN_RUBY, tagWithPackages } from './recipe.ts';

/** Finds or makes a base with Debian's own ruby and the requested packages. */
export async function baseFromDebian(source: DebianSource, context: SourceContext): Promise<BaseResult> {
  const { suite } = source;
  const packages = orderedPackages(source.packages ?? []);
  const here = await debianBaseHere(suite, packages, context);
  if (here) return { ok: true, value: here };
  const { debianBases, progress, signal } = context;
  const key = [suite, ...packages].join(' ');
  return debianBases.run(
    key,
    (report, abort) => {
      const inside = { ...context, progress: report, signal: abort };
      return packages.length === 0 ? plainBase(suite, inside) : baseWithPackages(suite, packages, inside);
    },
    progress,
    signal,
  );
}

async function plainBase(suite: string, context: SourceContext): Promise<BaseResult> {
  const hindrance = await whyNoBase(context);
  if (hindrance !== null) return { ok: false, message: hindrance };
  return context.setup.alone(`debian-${suite}`, context, () => makeUnlessHere(suite, context));
}

async function makeUnlessHere(suite: string, context: SourceContext): Promise<BaseResult> {
  // Another process of this host may have made it in the meantime.
  const theirs = await debianBaseHere(suite, [], context);
  if (theirs) return { ok: true, value: theirs };
  const made = await makeBase(suite, context);
  return made.ok ? baseMade(suite, [], context) : made;
}

async function baseWithPackages(
  suite: string,
  packages: readonly string[],
  context: SourceContext,
): Promise<BaseResult> {
  const plain = await baseFromDebian({ kind: 'debian', suite }, context);
  if (!plain.ok) return plain;
  const tag = tagWithPackages(suite, packages);
  const added = await addPackages({ base: plain.value.id, suite, packages, tag }, context);
  return added.ok ? baseMade(suite, packages, context) : added;
}

async function baseMade(
  suite: string,
  packages: readonly string[],
  context: SourceContext,
): Promise<BaseResult> {
  const base = await debianBaseHere(suite, packages, context);
  return base ? { ok: true, value: base } : { ok: false, message: 'it was made, but the engine lost it' };
}

async function debianBaseHere(
  suite: string,
  packages: readonly string[],
  { docker }: SourceContext,
): Promise<Base | null> {
  const tag = tagWithPackages(suite, packages);
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
    packages: packagesIn(image.labels[LABELS.packages]),
  };
}
