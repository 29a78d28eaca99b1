import type { GemPolicy } from '../../domain/ruby/gems.ts';
import { describeBundlerError } from './bundler-errors.ts';
import type { InstallFailure } from './installer-frames.ts';

/**
 * Describes why the gems cannot be installed, in two lines: what is wrong, and what to do.
 * @param trouble why the gem source did not answer, or was not asked; null where it answered
 */
export function describeInstallError(
  failure: InstallFailure,
  trouble: string | null,
  policy: GemPolicy,
): string {
  const [what, remedy] = linesOf(failure, trouble, policy);
  return remedy === undefined ? short(what) : `${short(what)}\n${short(remedy)}`;
}

type Lines = readonly [what: string, remedy?: string];

function linesOf(
  { kind, text, log, similar }: InstallFailure,
  trouble: string | null,
  policy: GemPolicy,
): Lines {
  const host = new URL(policy.source).host;
  switch (kind) {
    case 'git':
      return [
        `${text}: git sources are not installed, since only the gem source can be reached`,
        'name a version that is released, or send the folder of the gem (path:, --gem ./folder)',
      ];
    case 'source':
      return [
        `the gem source ${text} cannot be reached, only ${host} can`,
        'gems.source in matrix.yaml names the one that is',
      ];
    case 'outside':
      return [
        `path: ${text} is outside of the folder that came with the script`,
        'put the gem beside the Gemfile',
      ];
    case 'overdue':
      return [`the gems were not installed within ${text} seconds`, 'gems.seconds in matrix.yaml gives more'];
    case 'too-large':
    case 'memory':
      return [
        `the gems need more room or memory than ${text} MiB`,
        'gems.megabytes in matrix.yaml gives more',
      ];
    case 'gemspec':
      return [text, 'a folder of a gem holds one gemspec that Ruby can read'];
    case 'no-gemfile':
      return [
        'the script ended before it reached its gemfile',
        'the code before it also runs where gems are installed',
      ];
    default:
      if (trouble !== null)
        return [trouble, 'the gem source is asked from this host: is it reachable from here?'];
      if (kind === 'no-bundler')
        return [`this ruby comes without Bundler, and ${host} does not provide it`, text];
      return describeBundlerError({ text, log, similar }, host);
  }
}

const CHARACTERS = 300;

function short(line: string): string {
  const plain = line.replaceAll('\0', '').replaceAll(/\s+/g, ' ').trim();
  return plain.length > CHARACTERS ? `${plain.slice(0, CHARACTERS)}…` : plain;
}
