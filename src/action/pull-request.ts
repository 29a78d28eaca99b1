import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Runner } from './ports.ts';

/** The pull request that a workflow runs for. */
export interface PullRequest {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
}

const payload = z.object({
  pull_request: z.object({ number: z.int().positive() }).optional(),
  issue: z.object({ number: z.int().positive(), pull_request: z.unknown() }).optional(),
});

/** Reads the pull request of the event that started the workflow; null where it is about none. */
export async function pullRequestOf(env: Runner['env']): Promise<PullRequest | null> {
  const { GITHUB_EVENT_PATH: path, GITHUB_REPOSITORY: repository } = env;
  if (!path || !repository) return null;
  const event = payload.safeParse(await readJson(path));
  if (!event.success) return null;
  const { pull_request: pull, issue } = event.data;
  const number = pull?.number ?? (issue?.pull_request === undefined ? undefined : issue.number);
  const apiUrl = env['GITHUB_API_URL'] || 'https://api.github.com';
  return number === undefined ? null : { apiUrl, repository, number };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
