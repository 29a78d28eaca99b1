import type { StretchContext } from './stretch.ts';

/**
 * Names where a loop ran, for people: `test_strings`, `grow (called at line 10)`, `round 2`. Null where there is
 * nothing to name. `others` are the contexts in which the same loop ran: only what distinguishes them is named.
 */
export function contextName(context: StretchContext, others: readonly StretchContext[]): string | null {
  const alike = others.filter(({ method, rounds }) => method === context.method && rounds === context.rounds);
  const lines = new Set(alike.map(({ line }) => line));
  const called = lines.size > 1 && context.line !== '' ? `called at line ${context.line}` : '';
  const method = context.method;
  const place = method === '' ? called : called === '' ? method : `${method} (${called})`;
  const round = context.rounds === '' ? '' : `round ${context.rounds}`;
  return [place, round].filter((part) => part !== '').join(', ') || null;
}

/** Parses such a name; parts that it does not name are empty, which stands for any. */
export function parseContextName(name: string | null): StretchContext {
  const match = /^(?:(?!round )([^\s(,]+))?(?: ?\(?called at line (\d+)\)?)?(?:,? ?round ([\d,]+))?$/.exec(
    name ?? '',
  );
  return { method: match?.[1] ?? '', line: match?.[2] ?? '', rounds: match?.[3] ?? '' };
}
