import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Matrix } from '../domain/ruby/ruby.ts';
import { chosenFiles, hashFiles, type Chosen } from '../store/files/folder-hash.ts';

/**
 * The sources that decide an answer, beside the images, which carry a hash of their own: what measures, judges,
 * names, and chooses what is explained. Not the service around it: a change there changes no answer.
 */
export const MEASURING: Chosen = {
  parts: ['analysis', 'docker/run', 'domain', 'engine', 'explain', 'prism', 'protocol', 'report', 'script'],
  except: ['engine/schedule', 'engine/service', 'report/heat', 'report/page', 'report/picture', 'report/svg'],
};

/**
 * Hashes what may change an answer: these sources, the parser, the limits of containers, and their runtime.
 */
export async function measuringVersion({ limits, runtime }: Matrix): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([limits, runtime]));
  const here = fileURLToPath(new URL('../', import.meta.url));
  const sources = await chosenFiles(here, MEASURING);
  if (sources.length === 0) return hash.update(await bundle()).digest('hex');
  const parser = fileURLToPath(new URL('prism.wasm', import.meta.resolve('@ruby/prism')));
  return hash
    .update(await hashFiles(here, sources))
    .update(await readFile(parser))
    .digest('hex');
}

/** Reads the one bundled file of all sources, and the parser beside it, which the Action has instead. */
async function bundle(): Promise<Buffer> {
  const parts = [import.meta.url, new URL('prism.wasm', import.meta.url)].map((url) =>
    readFile(new URL(url)),
  );
  return Buffer.concat(await Promise.all(parts));
}
