import type Docker from 'dockerode';
import { LABELS, ownFilter } from '../../labels.ts';

/** Most bytes of builds that are kept, besides the Debian they are on; the oldest go first. */
const MOST_BYTES = 10 * 2 ** 30;

/** The images of a commit: its build, and those based on it, which inherit its labels. */
interface Build {
  readonly hash: string;
  readonly tags: readonly string[];
  readonly bytes: number;
  readonly created: number;
}

/** Removes the oldest builds of commits until the others are small enough together. */
export async function trimBuilds(
  docker: Docker,
  kept: string,
  mostBytes: number = MOST_BYTES,
): Promise<void> {
  const images = (await docker.listImages({ filters: { ...ownFilter() } })).filter(
    ({ Labels }) => Labels?.[LABELS.commit] !== undefined,
  );
  const byHash = Map.groupBy(images, ({ Labels }) => Labels?.[LABELS.commit] ?? '');
  const builds = [...byHash].map(([hash, those]): Build => ({
    hash,
    tags: those.toSorted((a, b) => b.Created - a.Created).flatMap(({ RepoTags }) => RepoTags ?? []),
    bytes: Math.max(...those.map(({ Labels }) => Number(Labels?.[LABELS.bytes] ?? 0))),
    created: Math.max(...those.map(({ Created }) => Created)),
  }));
  let left = builds.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { hash, tags, bytes } of builds.toSorted((a, b) => a.created - b.created)) {
    if (left <= mostBytes) return;
    if (hash === kept) continue;
    for (const tag of tags.filter((one) => !one.startsWith('<none>'))) {
      // One that a container still uses stays.
      await docker
        .getImage(tag)
        .remove()
        .catch(() => undefined);
    }
    left -= bytes;
  }
}
