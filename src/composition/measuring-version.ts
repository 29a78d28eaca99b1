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

/** What `hashMeasuringParts` gave when this program was bundled; not defined where it runs from source. */
declare const BUNDLED_PARTS: Readonly<Record<string, string>> | undefined;

/**
 * Hashes what may change an answer: these sources, the parser, the limits of containers, and their runtime.
 */
export async function measuringVersion({ limits, runtime }: Matrix): Promise<string> {
  return sha256(JSON.stringify([limits, runtime, await programParts()]));
}

/**
 * Hashes the parts that decide an answer, each by its own name: service and workers compare them.
 * @param imagesFolder what goes into every image
 */
export async function measuringParts(imagesFolder: string): Promise<Readonly<Record<string, string>>> {
  const images = await chosenFiles(imagesFolder, { parts: await readdir(imagesFolder), except: [] });
  return { ...(await programParts()), images: await hashFiles(imagesFolder, images) };
}

const programParts = async (): Promise<Readonly<Record<string, string>>> =>
  typeof BUNDLED_PARTS === 'object' ? BUNDLED_PARTS : hashMeasuringParts();

/** Hashes the parts among the sources, and the parser: in a clone when they are needed, for a bundle when it is made. */
export async function hashMeasuringParts(): Promise<Readonly<Record<string, string>>> {
  const here = fileURLToPath(new URL('../', import.meta.url));
  const byPart = Map.groupBy(
    await chosenFiles(here, MEASURING),
    (path) => MEASURING.parts.find((part) => path.startsWith(`${part}/`)) ?? path,
  );
  const hashes = [...byPart].map(async ([part, paths]) => [part, await hashFiles(here, paths)] as const);
  const parser = fileURLToPath(new URL('prism.wasm', import.meta.resolve('@ruby/prism')));
  return { ...Object.fromEntries(await Promise.all(hashes)), parser: sha256(await readFile(parser)) };
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
