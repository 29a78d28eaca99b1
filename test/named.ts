import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, NativeFrame } from '../src/domain/leak/explanation.ts';
import type { CellRecord } from '../src/domain/run/record.ts';

/** What is known of a leak of the corpus: where it is made, and what holds it. */
export interface Named {
  /** Lines of the script of which one has to be reported. */
  readonly lines: readonly number[];
  /** Functions of C of which one has to be in the stack: what the fix touched, or a caller within three frames. */
  readonly functions?: readonly string[];
  /** Classes of which one has to be reported, where objects stay. */
  readonly classes?: readonly string[];
  /** What the path from the root has to say. */
  readonly holder?: string;
}

export const loadNamed = async (folder: string): Promise<Readonly<Record<string, Named>>> =>
  JSON.parse(await readFile(join(folder, 'named.json'), 'utf8')) as Record<string, Named>;

/** Returns what an explanation lacks of what is known; a library without names of functions is not to blame. */
export function missingIn({ explanation }: CellRecord, known: Named | undefined): readonly string[] {
  if (known === undefined) return ['nothing is known of it'];
  if (explanation === null || explanation.findings.length === 0) return ['nothing was named'];
  const { findings } = explanation;
  const lines = findings.flatMap((one) => (one.kind === 'mapping' ? [] : [one.script?.line ?? 0]));
  const frames = findings.flatMap(framesOf);
  const names = frames.map((frame) => frame.function?.replace(/\..*$/, '') ?? '');
  const classes = findings.flatMap((one) => (one.kind === 'objects' ? [one.className] : []));
  const paths = findings.flatMap((one) =>
    one.kind === 'objects'
      ? [one.path.map(({ label, className }) => `${label ?? ''} ${className ?? ''}`).join(' > ')]
      : [],
  );
  const isStripped = frames.some((frame) => frame.function === null);
  const missing: string[] = [];
  if (!known.lines.includes(lines[0] ?? 0))
    missing.push(`line ${known.lines.join('/')}, not ${lines.join(', ')}`);
  if (known.functions !== undefined && !known.functions.some((name) => names.includes(name)) && !isStripped)
    missing.push(`one of ${known.functions.join(', ')}`);
  if (known.classes !== undefined && !known.classes.some((name) => classes.includes(name)))
    missing.push(`class ${known.classes.join('/')}, not ${classes.join(', ')}`);
  if (known.holder !== undefined && !paths.some((path) => new RegExp(known.holder ?? '').test(path)))
    missing.push(`holder ${known.holder}, not ${paths.join(' | ')}`);
  return missing;
}

function framesOf(finding: Finding): readonly NativeFrame[] {
  if (finding.kind === 'native') return finding.stack;
  return finding.kind === 'objects' ? finding.buffers.flatMap((buffer) => buffer.stack) : [];
}
