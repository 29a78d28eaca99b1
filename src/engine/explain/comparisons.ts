import type { Comparison, NativeFinding } from '../../domain/leak/explanation.ts';
import type { NativeTrace, TracedSite } from '../../domain/leak/native-trace.ts';
import { ownFrames } from '../../explain/native/own-frames.ts';
import { sameSite } from '../../explain/native/same-site.ts';

/**
 * Looks up how much memory a clean ruby allocates and frees at the places of the leaks. Both are zero for
 * places it never reaches; places whose functions have no names are left out.
 */
export function comparisonsAt(leaks: readonly NativeFinding[], trace: NativeTrace): readonly Comparison[] {
  return leaks.flatMap((leak) => {
    const there = trace.sites.filter((site) => sameSite(leak, site));
    const nowhere = there.length === 0;
    if (nowhere && (!trace.complete || trace.sites.length === 0 || !isNamed(leak))) return [];
    const { script, innermost, stack } = there[0] ?? leak;
    return [
      {
        script,
        innermost,
        stack,
        allocations: there.reduce((sum, site) => sum + grownBetweenMarks(site, 'allocations'), 0),
        frees: there.reduce((sum, site) => sum + grownBetweenMarks(site, 'frees'), 0),
      },
    ];
  });
}

const isNamed = ({ stack }: NativeFinding): boolean =>
  ownFrames(stack).every((frame) => frame.function !== null);

function grownBetweenMarks({ marks }: TracedSite, key: 'allocations' | 'frees'): number {
  return (marks.at(-1)?.[key] ?? 0) - (marks[0]?.[key] ?? 0);
}
