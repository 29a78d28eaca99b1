import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badge } from '../report/heat/badge.ts';
import { json, jsonList } from '../report/formats/json.ts';
import type { ScriptResult } from './ports.ts';

export interface ReportPaths {
  /** The page of the run; with several scripts the folder that holds one for each; empty where nothing ran. */
  readonly report: string;
  /** JSON: the record, or a list of them. */
  readonly record: string;
  /** SVG: the strip of the run; with several scripts of the first one; empty where nothing ran. */
  readonly badge: string;
}

/** Writes what an artifact is made of into a new folder. */
export async function writeReports(results: readonly ScriptResult[], folder: string): Promise<ReportPaths> {
  await mkdir(folder, { recursive: true });
  const runs = results.flatMap((result) => result.run ?? []);
  const [only] = runs;
  const record = join(folder, 'record.json');
  await writeFile(record, results.length === 1 && only !== undefined ? json(only) : jsonList(runs));
  const picture = only === undefined ? '' : join(folder, 'badge.svg');
  if (only !== undefined) await writeFile(picture, badge(only));
  const pages: string[] = [];
  for (const [index, { path, html }] of results.entries()) {
    if (html === null) continue;
    const page = join(folder, `${pageName(path, index, results)}.html`);
    await writeFile(page, html);
    pages.push(page);
  }
  const [page] = pages;
  return { record, badge: picture, report: page === undefined ? '' : results.length === 1 ? page : folder };
}

/** `repros/deep one.rb` becomes `repros-deep-one`; two that become the same get their number. */
function pageName(path: string, index: number, results: readonly ScriptResult[]): string {
  const name = slug(path) || 'script';
  const same = results.findIndex((one) => slug(one.path) === slug(path));
  return same === index ? name : `${name}-${index + 1}`;
}

function slug(path: string): string {
  return path
    .replace(/\.rb$/, '')
    .replaceAll(/[^\w.]+/g, '-')
    .replace(/^[-.]+/, '');
}
