import { STANDARD_GEM_POLICY } from '../../../src/domain/ruby/gems.ts';
import type { Matrix, Ruby } from '../../../src/domain/ruby/ruby.ts';
import { LIMITS } from './limits.ts';
import { compareRubies } from '../../../src/domain/ruby/release-order.ts';
import { parseVersion } from '../../../src/domain/ruby/version.ts';

/** Makes a matrix of official releases (`2.3.6`) and variants (`all-ruby/2.3.6`) for tests. */
export function matrixOf(names: readonly string[], defaultSet: readonly string[] = names): Matrix {
  const rubies = names.map((name): Ruby => {
    const text = /\d+\.\d+\.\d+/.exec(name)?.[0] ?? '';
    const version = parseVersion(text);
    if (version === null) throw new Error(`test matrix: ${name} holds no release`);
    return { name, version, sources: [{ kind: 'official', image: `ruby:${text}` }] };
  });
  return {
    rubies: rubies.toSorted(compareRubies),
    defaultSet,
    defaults: { budgetSeconds: 30, jobs: null },
    runtime: null,
    gems: STANDARD_GEM_POLICY,
    limits: LIMITS,
  };
}

/** Lists the releases of a series: `releases('2.3', 8)` gives 2.3.0 to 2.3.8. */
export function releases(series: string, lastPatch: number): string[] {
  return Array.from({ length: lastPatch + 1 }, (_, patch) => `${series}.${patch}`);
}
