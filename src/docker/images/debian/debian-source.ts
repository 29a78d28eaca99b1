import { orderedPackages, type DebianSource } from '../../../domain/ruby/debian-packages.ts';
import { refuse, type Done } from '../../../domain/result.ts';
import { LABELS } from '../../labels.ts';
import type { BaseResult } from '../base/base.ts';
import { findImage } from '../base/find-image.ts';
import { findOrMake } from '../base/find-or-make.ts';
import type { SourceContext } from '../base/source-context.ts';
import { addPackages } from './add-packages.ts';
import { makeBase, whyNoBase } from './make-base.ts';
import { packagesIn } from './package-list.ts';
import { DEBIAN_RUBY, tagWithPackages } from './recipe.ts';

/** Finds or makes a base with Debian's own ruby and the requested packages. */
export async function baseFromDebian(source: DebianSource, context: SourceContext): Promise<BaseResult> {
  const { suite } = source;
  const packages = orderedPackages(source.packages ?? []);
  const tag = tagWithPackages(suite, packages);
  return findOrMake(
    {
      tag,
      describe: ({ digest, labels }) => ({
        source: 'debian',
        name: `debian:${suite}`,
        digest,
        ruby: DEBIAN_RUBY,
        packages: packagesIn(labels[LABELS.packages]),
      }),
      make: (inside) =>
        packages.length === 0
          ? makePlainBase(suite, tag, inside)
          : addToPlainBase({ suite, packages, tag }, inside),
    },
    context,
  );
}

async function makePlainBase(suite: string, tag: string, context: SourceContext): Promise<Done> {
  const hindrance = await whyNoBase(context);
  if (hindrance !== null) return refuse(hindrance);
  return context.setup.alone(`debian-${suite}`, context, async (): Promise<Done> => {
    // Another process of this host may have made it in the meantime.
    const theirs = await findImage(context.docker, tag);
    return theirs === null ? makeBase(suite, context) : { ok: true };
  });
}

async function addToPlainBase(
  addition: { readonly suite: string; readonly packages: readonly string[]; readonly tag: string },
  context: SourceContext,
): Promise<Done> {
  const plain = await baseFromDebian({ kind: 'debian', suite: addition.suite }, context);
  return plain.ok ? addPackages({ ...addition, base: plain.value.id }, context) : plain;
}
