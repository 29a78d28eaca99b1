import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Matrix } from '../domain/ruby/ruby.ts';
import { chosenFiles, hashFiles, type Chosen } from '../store/files/folder-hash.ts';

/**
 * The sources that decide an answer, beside the images, which carry a hash of their own: what measures, judges,
 * names, and chooses what is explained. Not the service around it: a change there changes no answer.
 */
export const MEASURING: Chosen = {
  parts: ['analysis', 'docker/run', 'domain', 'engine', 'explain', 'prism', 'protocol', 'report', 'script'],
  except: [
    'engine/fleet',
    'engine/schedule',
    'engine/service',
    'report/heat',
    'report/page',
    'report/picture',
    'report/svg',
  ],
};

/** What `hashMeasuringSources` gave when this program was bundled; not defined where it runs from source. */
declare const BUNDLED_SOURCES: string | undefined;
/** The same of `hashMeasuringParts`. */
declare const BUNDLED_PARTS: Readonly<Record<string, string>> | undefined;

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

/**
 * Hashes the parts that decide an answer, each by its own name: service and workers compare them.
 * @param imagesFolder what goes into every image
 */
export async function measuringParts(imagesFolder: string): Promise<Readonly<Record<string, string>>> {
  const parts = typeof BUNDLED_PARTS === 'object' ? BUNDLED_PARTS : await hashMeasuringParts();
  const images = await chosenFiles(imagesFolder, { parts: await readdir(imagesFolder), except: [] });
  return { ...parts, images: await hashFiles(imagesFolder, images) };
}

/** Hashes the parts among the sources. */
export async function hashMeasuringParts(): Promise<Readonly<Record<string, string>>> {
  const here = fileURLToPath(new URL('../', import.meta.url));
  const byPart = Map.groupBy(
    await chosenFiles(here, MEASURING),
    (path) => MEASURING.parts.find((part) => path.startsWith(`${part}/`)) ?? path,
  );
  const hashes = [...byPart].map(async ([part, paths]) => [part, await hashFiles(here, paths)] as const);
  return Object.fromEntries(await Promise.all(hashes));
}
