import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { CommandError } from '../../usecases/command-error.ts';
import { fileProblem } from '../../usecases/file-problem.ts';
import type { ServeToken } from './serve-deps.ts';

/** Fewest characters of a token: shorter ones can be guessed. */
const SHORTEST = 16;
const OTHERS_MAY_READ = 0o077;

export interface Tokens {
  readonly tokens: readonly ServeToken[];
  /** The token that was generated because none was given: it is shown once. */
  readonly made: string | null;
  readonly warnings: readonly string[];
}

/**
 * Reads the tokens of MATRIX_TOKEN and --token-file, or generates one. A line of the file is a token, or a
 * name and a token.
 * @throws {CommandError}
 */
export async function serveTokens(env: string | undefined, path: string | undefined): Promise<Tokens> {
  const warnings: string[] = [];
  const tokens: ServeToken[] = [];
  if (env !== undefined && env !== '') tokens.push(tokenOf(env.trim(), 'MATRIX_TOKEN'));
  if (path !== undefined) {
    tokens.push(...(await readTokens(path)));
    if (((await stat(path)).mode & OTHERS_MAY_READ) !== 0) {
      warnings.push(`--token-file: ${path} can be read by others: chmod 600 ${path}`);
    }
  }
  const short = tokens.find(({ secret }) => secret.length < SHORTEST);
  if (short !== undefined) {
    throw new CommandError(
      `the token ${short.name} has fewer than ${SHORTEST} characters and can be guessed: openssl rand -hex 24 makes a good one`,
    );
  }
  const twice = tokens.find(({ name }, index) => tokens.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw new CommandError(`two tokens are called ${twice.name}: give each a name of its own`);
  if (tokens.length > 0) return { tokens, made: null, warnings };
  const made = randomBytes(24).toString('base64url');
  return { tokens: [tokenOf(made, 'generated')], made, warnings };
}

/**
 * Reads the tokens of workers.
 * @param clients tokens of clients: none of them may be a worker's
 * @throws {CommandError}
 */
export async function workerTokens(
  path: string | undefined,
  clients: readonly ServeToken[],
): Promise<readonly ServeToken[]> {
  if (path === undefined) {
    throw new CommandError(
      'with --redis, workers need tokens of their own: openssl rand -hex 24 > workers, and --worker-token-file workers',
    );
  }
  const tokens = await readTokens(path);
  const short = tokens.find(({ secret }) => secret.length < SHORTEST);
  if (short !== undefined)
    throw new CommandError(`the token ${short.name} of ${path} has fewer than ${SHORTEST} characters`);
  const shared = tokens.find(({ secret }) => clients.some((client) => client.secret === secret));
  if (shared !== undefined)
    throw new CommandError(`the token ${shared.name} of ${path} is a client’s, too: workers need their own`);
  return tokens;
}

/**
 * Reads a file of tokens.
 * @throws {CommandError}
 */
export async function readTokens(path: string): Promise<readonly ServeToken[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`--token-file: ${fileProblem(error, path, 'read')}`, 'unreadable-file');
  }
  const lines = text.split('\n').map((line) => line.trim());
  const tokens = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => tokenOf(line, path));
  if (tokens.length === 0) {
    throw new CommandError(`--token-file: ${path} holds no token: openssl rand -hex 24 > ${path}`);
  }
  return tokens;
}

/** Reads the secret of a variable that holds TOKEN, or NAME TOKEN; empty where it holds none. */
export const secretIn = (text: string | undefined): string => (text ?? '').trim().split(/\s+/).at(-1) ?? '';

/** Reads one line of tokens. The secret itself is never shown, not even where it is wrong. */
function tokenOf(line: string, where: string): ServeToken {
  const parts = line.split(/\s+/);
  const [first, second] = parts;
  if (parts.length > 2 || first === undefined || first === '') {
    throw new CommandError(`${where}: expected a token without blanks, or a name and a token on a line`);
  }
  if (second !== undefined) return { name: first, secret: second };
  return { name: createHash('sha256').update(first).digest('hex').slice(0, 8), secret: first };
}
