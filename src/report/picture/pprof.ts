import { Function, Label, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format';
import { leakStacks, PER_ITERATIONS } from './leak-stacks.ts';
import type { LeakFrame, LeakTree } from './leak-tree.ts';

/**
 * Writes a profile for pprof: bytes that stay of a thousand iterations, since it only accepts whole numbers.
 * Labels name the ruby and the kind of memory (`-tagfocus`).
 */
export function pprof(trees: readonly LeakTree[]): Uint8Array {
  const strings = new StringTable();
  const functions = new Map<string, Function>();
  const locations = new Map<string, Location>();
  const functionOf = ({ layer, key, label, place }: LeakFrame): Function => {
    const name = JSON.stringify([layer, key]);
    const made =
      functions.get(name) ??
      new Function({
        id: functions.size + 1,
        name: strings.dedup(label),
        systemName: strings.dedup(key),
        filename: strings.dedup(place?.file ?? ''),
      });
    functions.set(name, made);
    return made;
  };
  const locationOf = (frame: LeakFrame): Location => {
    const line = frame.place?.line ?? 0;
    const name = JSON.stringify([frame.layer, frame.key, line]);
    const made =
      locations.get(name) ??
      new Location({ id: locations.size + 1, line: [new Line({ functionId: functionOf(frame).id, line })] });
    locations.set(name, made);
    return made;
  };
  const sample = trees.flatMap((tree) =>
    leakStacks(tree, trees.length > 1).map(({ frames, bytesPerIteration }) => {
      const label = [
        new Label({ key: strings.dedup('ruby'), str: strings.dedup(tree.cell.id) }),
        new Label({ key: strings.dedup('kind'), str: strings.dedup(frames.at(-1)?.kind ?? '') }),
      ];
      const value = [Math.round(bytesPerIteration * PER_ITERATIONS)];
      return new Sample({
        locationId: frames.toReversed().map((frame) => locationOf(frame).id),
        value,
        label,
      });
    }),
  );
  const unit = new ValueType({
    type: strings.dedup('staying_per_1000_iterations'),
    unit: strings.dedup('bytes'),
  });
  return new Profile({
    stringTable: strings,
    sampleType: [unit],
    sample,
    location: [...locations.values()],
    function: [...functions.values()],
    comment: [strings.dedup('Bytes that stay of a thousand iterations, by matrix explain')],
  }).encode();
}
