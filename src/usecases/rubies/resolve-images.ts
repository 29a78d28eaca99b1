import type { Configuration } from '../../domain/cell/configuration.ts';
import { parseImage } from '../../domain/ruby/own-image.ts';
import { CommandError } from '../command-error.ts';
import type { EngineAccess, Streams } from '../deps.ts';
import type { RunOptions } from '../options/run-options.ts';

/**
 * Inspects each of the user's own images, and pulls missing ones.
 * @throws {CommandError} for an image that cannot be measured
 */
export async function resolveImages(
  { images, workdir, quiet }: RunOptions,
  { containers }: EngineAccess,
  { stderr }: Streams,
): Promise<readonly Configuration[]> {
  const cells: Configuration[] = [];
  const say = (line: string): void => void (quiet || stderr.write(`matrix: ${line}\n`));
  for (const text of images) {
    const asked = parseImage(text);
    if (asked === null || containers.resolveImage === undefined)
      throw new CommandError(`--image ${text}: give an image, such as registry/app:1`);
    const found = await containers.resolveImage({ ...asked, workdir }, say, new AbortController().signal);
    if (!found.ok) throw new CommandError(found.message, 'no-ruby-here');
    const twin = cells.find(({ id }) => id === found.value.id);
    if (twin !== undefined)
      throw new CommandError(
        `--image ${text}: ${twin.id} is measured already: name one ruby of a release in an image`,
      );
    cells.push(found.value);
  }
  return cells;
}
