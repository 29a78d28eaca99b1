import type { GemPolicy } from '../../domain/ruby/gems.ts';
import type { Result } from '../../domain/result.ts';
import { GemSource } from './gem-source.ts';

/** A line of the compact index: version, platform after a dash, then dependencies. */
const LINE = /^(\d[0-9A-Za-z.]*)(?:-\S+)?(?: |$)/;

/**
 * Lists the versions of a gem that its source has, from the compact index that rubygems.org and its mirrors
 * provide.
 */
export async function gemVersions(
  name: string,
  policy: GemPolicy,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  const source = new GemSource(policy, cacheFolder, signal);
  const { status, body } = await source.get(`/info/${name}`);
  if (status === 404)
    return {
      ok: false,
      message: `${name}: the gem source has no such gem, or no index of its versions (/info/${name}): name the versions`,
    };
  if (status !== 200)
    return {
      ok: false,
      message: `${name}: its versions could not be read: ${source.trouble ?? `status ${status}`}`,
    };
  const lines = new TextDecoder().decode(body).split('\n');
  const versions = lines.flatMap((line) => LINE.exec(line)?.[1] ?? []);
  return { ok: true, value: [...new Set(versions)] };
}
