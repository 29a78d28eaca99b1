import { statfs } from 'node:fs/promises';
import { formatCount } from '../../report/text/format-number.ts';
import { CommandError, EXIT } from '../../usecases/command-error.ts';
import { resultsFolder } from '../../usecases/results-folder.ts';
import type { Check } from './check.ts';

/** An image of an old ruby takes most of a gigabyte. */
const ENOUGH_MIB = 2048;
const LEAST_NODE = [22, 18] as const;

/** Checks the version of Node.js. */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const enough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const remedy = enough ? null : `install Node.js ${LEAST_NODE.join('.')} or later`;
  return { what: 'node', state: enough ? 'ok' : 'limited', found: version, remedy, exitCode: EXIT.usage };
}

/** Checks the free space of a folder; a folder on another machine cannot be checked. */
export async function diskCheck(what: string, folder: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const freeMiB = Math.floor((bavail * bsize) / 1024 / 1024);
    const enough = freeMiB >= ENOUGH_MIB;
    return {
      what,
      state: enough ? 'ok' : 'limited',
      found: `${formatCount(freeMiB)} MiB free at ${folder}`,
      remedy: enough ? null : 'matrix images prune, or docker system prune',
      exitCode: EXIT.unmeasured,
    };
  } catch {
    return {
      what,
      state: 'ok',
      found: `${folder} is not on this machine, or not open to this user: not checked`,
      remedy: null,
      exitCode: EXIT.unmeasured,
    };
  }
}

/** Checks that the folder that keeps the runs can be written. */
export async function resultsCheck(folder: string): Promise<Check> {
  try {
    await resultsFolder(folder);
    return {
      what: 'results',
      state: 'ok',
      found: `${folder} can be written`,
      remedy: null,
      exitCode: EXIT.usage,
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const remedy = 'name another folder with --results';
    return { what: 'results', state: 'missing', found: error.message, remedy, exitCode: EXIT.usage };
  }
}
