import { candidatesOf, type Candidate } from './growth/candidates.ts';
import { DumpReader } from './dump-reader.ts';
import { NewObjectGroups, growingGroups, siteOf } from './growth/groups.ts';
import { Heap } from './graph/heap.ts';
import { Retainers } from './retainers/retainers.ts';
import { LineReader } from './lines/line-reader.ts';
import { Names } from './lines/names.ts';
import { notesOf } from './notes.ts';
import { samplesOf } from './growth/samples.ts';
import type { HeapAnalysis, HeapFinding, HeapGrowth } from './types.ts';

/** Most objects; enough for a dump of 6 GB. */
const MOST_SLOTS = 32_000_000;

/**
 * Finds out which objects of a script stay and what holds them, from three heap dumps in one stream of lines
 * (see images/prelude/objects.rb). Needs about thirty bytes per object of the third dump, however long
 * the stream is.
 * @param scriptName the script as Ruby names it
 * @param mostSlots most objects; a stream with more is not read further
 */
export function createHeapAnalysis(scriptName: string, mostSlots = MOST_SLOTS): HeapAnalysis {
  const heap = new Heap(new Names(), mostSlots);
  const reader = new DumpReader(heap, scriptName);
  const lines = new LineReader(reader);
  return {
    push: (chunk) => lines.push(chunk),
    result: () => resultOf(heap, reader, lines.rest),
  };
}

function resultOf(heap: Heap, reader: DumpReader, restBytes: number): HeapGrowth {
  const notes = notesOf(reader, restBytes);
  const [first, second, third] = reader.marks;
  if (first === undefined || second === undefined || third === undefined)
    return { findings: [], iterations: 0, objects: null, notes };
  const windows = {
    first: second.iterations - first.iterations,
    second: third.iterations - second.iterations,
  };
  const iterations = windows.first + windows.second;
  if (windows.first <= 0 || windows.second <= 0) return { findings: [], iterations: 0, objects: null, notes };
  const groups = new NewObjectGroups(heap);
  const candidates = candidatesOf(groups.all(), growingGroups(heap, reader.ages.growers.all()), windows);
  const samples = samplesOf(heap, groups, candidates);
  reader.labels.settle(heap);
  const holders = new Retainers(heap, reader.labels, new Set([...samples.values()].flat()));
  const findings = candidates.map((candidate) =>
    findingOf(heap, reader, candidate, holders.pathOf(samples.get(candidate.group) ?? [])),
  );
  const objects = reader.hasEnded ? reader.places.made((address) => heap.classNamed(address)) : null;
  return { findings, iterations, objects, notes };
}

function findingOf(
  heap: Heap,
  reader: DumpReader,
  candidate: Candidate,
  path: HeapFinding['path'],
): HeapFinding {
  const { group, objectsPerIteration, bytesPerIteration, memsizePerIteration } = candidate;
  const site = heap.sites.at(siteOf(heap, group));
  const method = site === null || site.method === 0 ? null : heap.names.text(site.method);
  const place =
    site === null
      ? { script: null, innermost: null }
      : reader.places.of(heap.names.text(site.file), site.line, method);
  return {
    kind: 'objects',
    className: group.title,
    objectsPerIteration,
    bytesPerIteration,
    memsizePerIteration,
    grows: 'ids' in group,
    path,
    buffers: [],
    ...place,
  };
}
