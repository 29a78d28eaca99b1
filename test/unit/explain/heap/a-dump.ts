import { createHeapAnalysis } from '../../../../src/explain/heap/create-heap-analysis.ts';
import type { HeapGrowth } from '../../../../src/explain/heap/types.ts';

type Fields = Readonly<Record<string, unknown>>;
const encoder = new TextEncoder();

/** Makes the address of the n-th slot of a heap. */
export const at = (n: number): string => `0x${(0x7f00_0000_0000 + n * 40).toString(16)}`;

/** Writes one object as a heap dump does; `flags` come last, as they do there. */
export const object = (n: number, type: string, fields: Fields = {}): string =>
  JSON.stringify({ address: at(n), type, ...fields, flags: { wb_protected: true } });

/** Writes a string that was made in line 4 of the script after the given GC. */
export const text = (n: number, generation: number, fields: Fields = {}): string =>
  object(n, 'STRING', { class: at(1), file: 'repro.rb', line: 4, generation, memsize: 40, ...fields });

export const klass = (n: number, name: string): string =>
  object(n, 'CLASS', { class: at(n), name, memsize: 500 });

export const root = (name: string, ...references: readonly number[]): string =>
  JSON.stringify({ type: 'ROOT', root: name, references: references.map(at) });

export const name = (owner: number | null, n: number, label: string): string =>
  JSON.stringify({ matrix: 'name', owner: owner === null ? null : at(owner), object: at(n), label });

/** Lists numbers from `from` up to, not including, `to`. */
export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** Writes the stream of three dumps at 100, 200 and 400 iterations, with GC.count 10, 20 and 30. */
export function stream(
  dumps: readonly (readonly string[])[],
  after: readonly string[] = [],
  end = '{"matrix":"end"}\n',
): Uint8Array {
  const parts = dumps.map((lines, i) => {
    const mark = { matrix: 'mark', mark: i + 1, iterations: 100 * 2 ** i, gc: 10 * (i + 1) };
    const own = { matrix: 'own', folder: '/opt/matrix' };
    return [JSON.stringify(mark), JSON.stringify(own), ...lines, ''].join('\n');
  });
  return encoder.encode(parts.join('') + after.map((line) => `${line}\n`).join('') + end);
}

/** Analyses a stream that comes in chunks of this many bytes. */
export function analysed(bytes: Uint8Array, chunkBytes = 4096): HeapGrowth {
  const analysis = createHeapAnalysis('repro.rb');
  for (let from = 0; from < bytes.length; from += chunkBytes)
    analysis.push(bytes.slice(from, from + chunkBytes));
  return analysis.result();
}
