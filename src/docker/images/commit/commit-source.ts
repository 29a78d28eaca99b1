import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commitName } from '../../../domain/bisect/commits/commit-search.ts';
import type { CommitSource } from '../../../domain/ruby/ruby.ts';
import { messageOf } from '../../connection/engine-errors.ts';
import type { Base, BaseResult } from '../base/base.ts';
import { findImage } from '../base/find-image.ts';
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
  const here = await buildHere(source, tag, under.value, context);
  if (here !== null) return { ok: true, value: here };
  const failure = await knownFailure(tag);
  if (failure !== null) return { ok: false, message: failure };
  const { progress, signal, debianBases } = context;
  return debianBases.run(
    tag,
    (report, abort) => build(source, tag, under.value, { ...context, progress: report, signal: abort }),
    progress,
    signal,
  );
}

async function build(
  source: CommitSource,
  tag: string,
  under: Base,
  context: SourceContext,
): Promise<BaseResult> {
  const { docker, scratchFolder, signal } = context;
  const scratch = await mkdtemp(join(scratchFolder, 'matrix-build-'));
  try {
    const built = await buildCommit(source, under.reference, scratch, context);
    if (!built.ok) {
      if (built.isLasting) await noteFailure(tag, built.message);
      return built;
    }
    const packed = await packBuild(built.value, { tag, from: under.reference, hash: source.hash }, context);
    if (!packed.ok) return packed;
    const base = await buildHere(source, tag, under, context);
    return base === null
      ? { ok: false, message: 'it was built, but the engine lost it' }
      : { ok: true, value: base };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, message: messageOf(error) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await trimBuilds(docker, source.hash).catch(() => undefined);
  }
}

async function buildHere(
  { hash, suite }: CommitSource,
  tag: string,
  { packages }: Base,
  { docker }: SourceContext,
): Promise<Base | null> {
  const image = await findImage(docker, tag);
  if (image === null) return null;
  return {
    source: 'commit',
    reference: tag,
    name: `commit ${commitName(hash)} on debian:${suite}`,
    id: image.id,
    digest: commitDigest(hash),
    arch: image.arch,
    ruby: join(PREFIX, 'bin/ruby'),
    packages,
  };
}
