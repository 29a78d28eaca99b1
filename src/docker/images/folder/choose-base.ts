import { refuse, type Result } from '../../../domain/result.ts';
import type { SourceContext } from '../base/source-context.ts';
import { baseFromDebian } from '../debian/debian-source.ts';
import { missingLibraries, type Missing } from './check-libraries.ts';
import { isNewer } from './elf.ts';
import type { RubyFolder } from './read-folder.ts';

/** The glibc of Debian's suites; an unlisted suite is tried. */
const GLIBC: Readonly<Record<string, readonly [number, number]>> = {
  buster: [2, 28],
  bullseye: [2, 31],
  bookworm: [2, 36],
  trixie: [2, 41],
};

/** A suite that a ruby runs on, and what its extensions lack there: `openssl.so: libssl.so.1.1`. */
export interface ChosenBase {
  readonly suite: string;
  readonly lacks: readonly string[];
}

/**
 * Chooses the Debian whose libraries a ruby was linked to: the oldest that has all of them, otherwise the one
 * in which the fewest extensions lack theirs.
 * @param suites suites that bases are made of, the oldest first
 */
export async function chooseBase(
  ruby: RubyFolder,
  suites: readonly string[],
  context: SourceContext,
): Promise<Result<ChosenBase>> {
  const { arch } = context;
  if (ruby.arch !== arch)
    return refuse(`its ruby is for ${ruby.arch}, and the engine runs ${arch}: build it for ${arch}`);
  const needed = ruby.glibc;
  const fitting = suites.filter((suite) => needed === null || !isTooOld(suite, needed));
  if (fitting.length === 0)
    return refuse(
      `it was built on glibc ${needed?.join('.')}, and no base has one as new (${suites.map(withGlibc).join(', ')}): ` +
        'build it on one of them, or add a newer Debian to debian in matrix.yaml',
    );
  const reasons: string[] = [];
  let best: { readonly suite: string; readonly missing: Missing } | null = null;
  for (const suite of fitting) {
    const base = await baseFromDebian({ kind: 'debian', suite }, context);
    const missing = base.ok ? await missingLibraries(base.value.id, ruby, context) : null;
    if (missing === null || missing.ofRuby.length > 0) {
      reasons.push(`${suite}: ${missing === null ? whyNot(base) : `lacks ${missing.ofRuby.join(', ')}`}`);
      continue;
    }
    if (missing.ofExtensions.length === 0) return { ok: true, value: { suite, lacks: [] } };
    if (best === null || missing.ofExtensions.length < best.missing.ofExtensions.length)
      best = { suite, missing };
  }
  if (best === null)
    return refuse(
      `no base has the libraries that it is linked to:\n  ${reasons.join('\n  ')}\nbuild it on one of these Debians`,
    );
  return { ok: true, value: { suite: best.suite, lacks: best.missing.ofExtensions } };
}

const whyNot = (base: Awaited<ReturnType<typeof baseFromDebian>>): string =>
  base.ok ? 'its loader gave no answer' : base.message;

function isTooOld(suite: string, needed: readonly [number, number]): boolean {
  const has = GLIBC[suite];
  return has !== undefined && isNewer(needed, has);
}

const withGlibc = (suite: string): string => `${suite} ${GLIBC[suite]?.join('.') ?? ''}`.trimEnd();
