import { refuse, type Result } from '../../../domain/result.ts';
import type { AskedImage } from '../../../domain/ruby/own-image.ts';

/** The answers of an image. */
interface Answers {
  readonly version: string;
  readonly ruby: string;
  readonly user: number;
  readonly group: number;
  readonly workdir: string | null;
  readonly writable: readonly string[];
}

/**
 * Reads the answers of an image, or says what it lacks. Other output (such as of an init file) is ignored.
 */
export function readAnswers(
  stdout: string,
  stderr: string,
  { image, ruby: path }: AskedImage,
): Result<Answers> {
  const all = (name: string): readonly string[] =>
    stdout.split('\n').flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
  const printed = stderr.trim().split('\n').slice(-2).join(' | ').slice(-300);
  const [nowhere] = all('nowhere');
  if (nowhere !== undefined)
    return refuse(`its user cannot enter ${nowhere}: name a working directory with --workdir DIR`);
  const [ruby] = all('ruby');
  if (ruby === undefined) return refuse(`it has no /bin/sh that runs (${printed || 'it printed nothing'})`);
  if (ruby === '') return refuse(`no ruby is on its PATH: name the path, --image ${image}=/path/of/ruby`);
  const [, version, engine] = /^(\S+) (\S+)$/.exec(all('version')[0] ?? '') ?? [];
  if (version === undefined)
    return refuse(`${path ?? ruby} is not a ruby that its user can run (${printed || 'it printed nothing'})`);
  if (engine !== 'ruby') return refuse(`${ruby} is ${engine}, and only CRuby can be measured`);
  const [, user, group] = /^(\d+) (\d+)$/.exec(all('user')[0] ?? '') ?? [];
  if (user === undefined || Number(user) === 0)
    return refuse('its user has the id of root: set another one with USER in the image');
  const value = {
    version,
    ruby,
    user: Number(user),
    group: Number(group),
    workdir: all('workdir')[0] ?? null,
    writable: all('writable'),
  };
  return { ok: true, value };
}
