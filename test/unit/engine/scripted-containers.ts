import type {
  CellSpec,
  ContainerEnd,
  Containers,
  PreparedImageResult,
  PreparedImage,
  RunningCell,
} from '../../../src/engine/ports.ts';

const IMAGE: PreparedImage = {
  tag: 'matrix:x',
  base: 'ruby:x',
  digest: 'sha256:x',
  source: 'official',
  ruby: '/ruby',
};

/** What each container in turn says, line by line; `null` as an end: it has to be killed. */
export interface Play {
  readonly lines: readonly string[];
  readonly end: ContainerEnd | null;
}

const KILLED: ContainerEnd = { kind: 'exited', exitCode: 137, oomKilled: false, stderr: '' };

/** Makes containers that follow a script, and records what was requested of them. */
export function scriptedContainers(
  plays: readonly Play[],
  preparation: PreparedImageResult = { ok: true, value: IMAGE },
) {
  const specs: CellSpec[] = [];
  const removed: number[] = [];
  const containers: Containers = {
    prepare: async () => preparation,
    withGems: async (image) => ({ ok: true, value: image }),
    start: async (_image, spec) => {
      const number = specs.push(spec) - 1;
      const play = plays[number];
      if (play === undefined) throw new Error(`container ${number} was not expected`);
      return running(play, () => removed.push(number));
    },
  };
  return { containers, specs, removed };
}

function running({ lines, end }: Play, onRemoved: () => void): RunningCell {
  const killed = Promise.withResolvers<void>();
  const ended = end === null ? killed.promise.then(() => KILLED) : Promise.resolve(end);
  return {
    lines: (async function* () {
      yield* lines;
      if (end === null) await killed.promise;
    })(),
    ended,
    kill: async () => killed.resolve(),
    [Symbol.asyncDispose]: async () => {
      killed.resolve();
      await ended;
      onRemoved();
    },
  };
}
