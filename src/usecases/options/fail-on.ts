import type { Result } from '../../domain/result.ts';

const WORDS = ['leak', 'inconclusive', 'missing', 'never'] as const;
type Word = (typeof WORDS)[number];

/** Results that make a run fail; `never` also keeps unmeasured rubies from failing it. */
export interface FailOn {
  readonly leak: boolean;
  readonly inconclusive: boolean;
  readonly missing: boolean;
  readonly never: boolean;
}

/** Reads the values of --fail-on: words, repeated or in comma lists. */
export function parseFailOn(values: readonly string[]): Result<FailOn> {
  const words = values.flatMap((value) => value.split(',')).map((word) => word.trim());
  const wrong = words.find((word) => !isWord(word));
  if (wrong !== undefined) {
    return {
      ok: false,
      message: `--fail-on ${wrong || "''"}: expected ${WORDS.join(', ')} or a comma list of them`,
    };
  }
  const given = new Set(words);
  const other = words.find((word) => word !== 'never');
  if (given.has('never') && other !== undefined) {
    return {
      ok: false,
      message: `--fail-on never and --fail-on ${other} contradict each other: keep one of them`,
    };
  }
  const has = (word: Word): boolean => given.has(word);
  const value = {
    leak: has('leak'),
    inconclusive: has('inconclusive'),
    missing: has('missing'),
    never: has('never'),
  };
  return { ok: true, value };
}

function isWord(word: string): word is Word {
  return (WORDS as readonly string[]).includes(word);
}
