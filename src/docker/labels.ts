import type { Instance } from './identity.ts';

/** Everything this project makes in an engine carries this label, so that it can be found and removed. */
export const PROJECT = { key: 'matrix.project', value: 'matrix-leak' } as const;

export const LABELS = {
  instance: 'matrix.instance',
  pid: 'matrix.pid',
  pidStart: 'matrix.pid-start',
  machine: 'matrix.machine',
  boot: 'matrix.boot',
  pidNamespace: 'matrix.pid-namespace',
  /** Hash of what is in images/, of an image. */
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
  /** Suite and recipe of a base made from Debian packages. */
  recipe: 'matrix.recipe',
  /** Suite that the ruby of a folder was found to fit, and what its extensions lack there, as JSON. */
  folder: 'matrix.folder',
  /** Gems that were installed into an image: `oj 3.12.0,ostruct 0.6.0`. */
  gems: 'matrix.gems',
} as const;

/** What stands for the run of a container that installs gems: several runs may wait for it. */
export const INSTALLING = 'gems';

type Labels = Readonly<Record<string, string>>;

/**
 * Labels of an image made from a container of ours, without an owner: containers made from it inherit its labels, and
 * must not be taken for those of a dead process.
 */
export const NOBODYS: Labels = Object.fromEntries(
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

/** Filter of the engine's list calls: all that is ours, and the further labels given. */
export function ownFilter(labels: Labels = {}): { label: string[] } {
  const all = { [PROJECT.key]: PROJECT.value, ...labels };
  return { label: Object.entries(all).map(([key, value]) => `${key}=${value}`) };
}

/** Labels of a container; those of the caller (run, cell, ruby) get the project's prefix. */
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

/** Returns the instance that a container's labels name, or null when they are not whole. */
export function ownerOf(labels: Labels): Instance | null {
  const { [LABELS.instance]: id, [LABELS.pid]: pid, [LABELS.pidStart]: pidStart } = labels;
  const { [LABELS.machine]: machine, [LABELS.boot]: boot, [LABELS.pidNamespace]: pidNamespace } = labels;
  if (!id || !pid || !pidStart || !machine || !boot || !pidNamespace) return null;
  return { id, pid: Number(pid), pidStart, machine, boot, pidNamespace };
}
