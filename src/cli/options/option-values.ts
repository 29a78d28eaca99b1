import { InvalidArgumentError } from 'commander';
import { IMAGE_PATH, parseImage } from '../../domain/ruby/own-image.ts';
import { linesText, parseLines } from '../../domain/run/line-set.ts';
import { parsePackages } from '../../domain/ruby/debian-packages.ts';

// Parsers of option values; commander adds the option's name and value to the message.

/** Adds a repeated option's value to those before it. */
export function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Parses seconds above 0, fractions allowed. */
export function seconds(value: string): number {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (!(number > 0)) throw new InvalidArgumentError('Give seconds above 0, such as 30.');
  return number;
}

/** Makes a parser of whole numbers from 1 to `most`. */
export function wholeNumber(most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (!(number >= 1 && number <= most))
      throw new InvalidArgumentError(`Give a whole number from 1 to ${most}.`);
    return number;
  };
}

/** Adds Debian packages, given as comma lists, to those before them. */
export function packages(value: string, before: readonly string[] | undefined): readonly string[] {
  const parsed = parsePackages(value);
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.message}.`);
  return [...(before ?? []), ...parsed.value];
}

/** Adds an image, with the path of its ruby behind an `=`, to those before it. */
export function image(value: string, before: readonly string[] | undefined): readonly string[] {
  if (parseImage(value) === null)
    throw new InvalidArgumentError(
      'Give an image, and the path of its ruby if its PATH does not find it: app:1=/opt/ruby/bin/ruby.',
    );
  return [...(before ?? []), value];
}

/** Adds a set of lines, in canonical form, to those before it; `none` clears them. */
export function lines(value: string, before: readonly string[] | undefined): readonly string[] {
  if (value === 'none') return [];
  const parsed = parseLines(value);
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.message}.`);
  return [...new Set([...(before ?? []), linesText(parsed.value)])];
}

/** Checks that a path in an image is absolute. */
export function pathInImage(value: string): string {
  if (!IMAGE_PATH.test(value))
    throw new InvalidArgumentError('Give an absolute path in the image, such as /app.');
  return value;
}
