import type { Instance } from './identity.ts';

/** Label of everything that this project makes in an engine, so that it can be found and removed. */
export const PROJECT = { key: 'matrix.project', value: 'matrix-leak' } as const;

export const LABELS = {
  instance: 'matrix.instance',
  pid: 'matrix.pid',
  pidStart: 'matrix.pid-start',
  machine: 'matrix.machine',
  boot: 'matrix.boot',
  pidNamespace: 'matrix.pid-namespace',
  /** Hash of images/, as it was when an image was built. */
  content: 'matrix.content',
  /** Id of the run that a container belongs to. */
  run: 'matrix.run',
  /** Id of the cell that a container belongs to. */
  cell: 'matrix.cell',
  ruby: 'matrix.ruby',
  rubyPath: 'matrix.ruby-path',
  base: 'matrix.base',
  digest: 'matrix.digest',
  source: 'matrix.source',
  /** Debian packages that were added to a base, with their versions: `ruby-oj=3.14.2-1 …`. */
  packages: 'matrix.packages',
  /** Allocator that was added to a base, and its package unless the base had it: `jemalloc libjemalloc2=5.3.0-1`. */
  allocator: 'matrix.allocator',
  /** Suite and recipe of a base made from Debian packages. */
  recipe: 'matrix.recipe',
  /** Suite that a folder's ruby was found to fit, and what its extensions lack there, as JSON. */
  folder: 'matrix.folder',
  /** The commit that a ruby was built at, and the bytes of what it installs. */
  commit: 'matrix.commit',
  bytes: 'matrix.bytes',
  /** Gems that were installed into an image: `oj 3.12.0,ostruct 0.6.0`. */
  gems: 'matrix.gems',
} as const;

/** Run label of a container that installs gems, since several runs may wait for it. */
export const INSTALLING = 'gems';

/** Likewise for a container that builds Ruby at a commit. */
export const BUILDING = 'builds';

type Labels = Readonly<Record<string, string>>;

/**
 * Empty owner labels, for images made from a container of ours: containers inherit labels, and must not look
 * like those of a dead process.
 */
export const WITHOUT_OWNER: Labels = Object.fromEntries(
  [
    LABELS.instance,
    LABELS.pid,
    LABELS.pidStart,
    LABELS.machine,
    LABELS.boot,
    LABELS.pidNamespace,
    LABELS.run,
    LABELS.cell,
  ].map((key) => [key, '']),
);

/** Makes a filter for the engine's list calls: everything of this project that has these labels. */
export function ownFilter(labels: Labels = {}): { label: string[] } {
  const all = { [PROJECT.key]: PROJECT.value, ...labels };
  return { label: Object.entries(all).map(([key, value]) => `${key}=${value}`) };
}

/** Makes the labels of a container; those of the caller (run, cell, ruby) get the project's prefix. */
export function containerLabels(instance: Instance, labels: Labels): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`matrix.${key}`, value])),
    [PROJECT.key]: PROJECT.value,
    [LABELS.instance]: instance.id,
    [LABELS.pid]: String(instance.pid),
    [LABELS.pidStart]: instance.pidStart,
    [LABELS.machine]: instance.machine,
    [LABELS.boot]: instance.boot,
    [LABELS.pidNamespace]: instance.pidNamespace,
  };
}

/** Reads the instance that a container's labels name; null when they are incomplete. */
export function ownerOf(labels: Labels): Instance | null {
  const { [LABELS.instance]: id, [LABELS.pid]: pid, [LABELS.pidStart]: pidStart } = labels;
  const { [LABELS.machine]: machine, [LABELS.boot]: boot, [LABELS.pidNamespace]: pidNamespace } = labels;
  if (!id || !pid || !pidStart || !machine || !boot || !pidNamespace) return null;
  return { id, pid: Number(pid), pidStart, machine, boot, pidNamespace };
}
