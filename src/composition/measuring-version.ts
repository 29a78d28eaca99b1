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

/** What `hashMeasuringSources` gave when this program was bundled; not defined where it runs from source. */
declare const BUNDLED_SOURCES: string | undefined;

/**
 * Hashes what may change an answer: these sources, the parser, the limits of containers, and their runtime.
 */
export async function measuringVersion({ limits, runtime }: Matrix): Promise<string> {
  const sources = typeof BUNDLED_SOURCES === 'string' ? BUNDLED_SOURCES : await hashMeasuringSources();
  return createHash('sha256')
    .update(JSON.stringify([limits, runtime]))
    .update(sources)
    .digest('hex');
}

/** Hashes the sources and the parser: in a clone for each run, for a bundle when it is made. */
export async function hashMeasuringSources(): Promise<string> {
  const here = fileURLToPath(new URL('../', import.meta.url));
  const parser = fileURLToPath(new URL('prism.wasm', import.meta.resolve('@ruby/prism')));
  return createHash('sha256')
    .update(await hashFiles(here, await chosenFiles(here, MEASURING)))
    .update(await readFile(parser))
    .digest('hex');
}
