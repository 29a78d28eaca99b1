import { createParser } from '../prism/parser.ts';
import { prepareScript, type Preparation, type ScriptSource } from '../script/prepare.ts';

const parser = createParser();

/** Runs on a thread of its own (prepare-in-workers.ts). */
export async function prepare(source: ScriptSource): Promise<Preparation> {
  return prepareScript(source, await parser);
}
