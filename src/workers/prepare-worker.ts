import { loadInstance } from '../prism/parser.ts';
import { prepareScript, type PreparedScriptResult, type ScriptSource } from '../script/prepare.ts';

let loading = loadInstance();

/**
 * Prepares a script on a thread of its own (prepare-in-workers.ts). Such a thread sleeps between its tasks,
 * so a new instance of the parser is loaded when it is needed.
 */
export async function prepare(source: ScriptSource): Promise<PreparedScriptResult> {
  const { parse, isSpoiled } = await loading;
  const prepared = prepareScript(source, parse);
  if (isSpoiled()) loading = loadInstance();
  return prepared;
}
