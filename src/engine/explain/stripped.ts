import type { Finding, NativeFrame } from '../../domain/leak/explanation.ts';

/** Notes functions that could not be named because a library has no symbols. */
export function strippedNote(findings: readonly Finding[]): readonly string[] {
  const libraries = new Set(
    findings
      .flatMap(stacksOf)
      .filter((frame) => frame.function === null && frame.library !== 'unknown code')
      .map((frame) => frame.library),
  );
  if (libraries.size === 0) return [];
  const names = [...libraries].join(', ');
  return [
    `${names} ${libraries.size === 1 ? 'was' : 'were'} stripped of the names of internal functions: they are shown as library + offset, which addr2line resolves with debug symbols`,
  ];
}

function stacksOf(finding: Finding): readonly NativeFrame[] {
  if (finding.kind === 'native') return finding.stack;
  return finding.kind === 'objects' ? finding.buffers.flatMap((buffer) => buffer.stack) : [];
}
