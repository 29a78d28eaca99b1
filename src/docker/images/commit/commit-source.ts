import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commitName } from '../../../domain/bisect/commits/commit-search.ts';
import { refuse, type Done } from '../../../domain/result.ts';
import type { CommitSource } from '../../../domain/ruby/ruby.ts';
import { engineMessage } from '../../connection/engine-errors.ts';
import type { BaseResult } from '../base/base.ts';
import { findOrMake } from '../base/find-or-make.ts';
import type { SourceContext } from '../base/source-context.ts';
import { baseFromDebian } from '../debian/debian-source.ts';
import { buildCommit } from './build-commit.ts';
import { BUILD_PACKAGES, PREFIX } from './build-script.ts';
import { buildTag, commitDigest } from './build-tag.ts';
import { knownFailure, noteFailure } from './failures.ts';
import { packBuild } from './pack-build.ts';
import { trimBuilds } from './trim-builds.ts';

/** Finds or builds Ruby as it was at a commit. A build that failed lately is not tried again. */
export async function baseFromCommit(source: CommitSource, context: SourceContext): Promise<BaseResult> {
  const { hash, suite } = source;
  const under = await baseFromDebian({ kind: 'debian', suite, packages: BUILD_PACKAGES }, context);
  if (!under.ok) return under;
  const tag = buildTag(hash, under.value.id);
  return findOrMake(
    {
      tag,
      describe: () => ({
        source: 'commit',
        name: `commit ${commitName(hash)} on debian:${suite}`,
        digest: commitDigest(hash),
        ruby: join(PREFIX, 'bin/ruby'),
        packages: under.value.packages,
      }),
      make: async (inside) => {
        const failure = await knownFailure(tag);
        return failure === null ? build(source, tag, under.value.reference, inside) : refuse(failure);
      },
    },
    context,
  );
}

async function build(source: CommitSource, tag: string, from: string, context: SourceContext): Promise<Done> {
  const { docker, scratchFolder, signal } = context;
  const scratch = await mkdtemp(join(scratchFolder, 'matrix-build-'));
  try {
    const built = await buildCommit(source, from, scratch, context);
    if (!built.ok) {
      if (built.isLasting) await noteFailure(tag, built.message);
      return built;
    }
    return await packBuild(built.value, { tag, from, hash: source.hash }, context);
  } catch (error) {
    signal.throwIfAborted();
    return refuse(engineMessage(error));
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await trimBuilds(docker, source.hash).catch(() => undefined);
  }
}
