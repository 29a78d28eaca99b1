import { prepareScript, type PreparedScriptResult, type ScriptSource } from '../../script/prepare.ts';
import type { ScriptParser } from '../../script/syntax.ts';

/** Finds a script's loops and passes them to the prelude, on any thread. */
export type PrepareScript = (source: ScriptSource) => Promise<PreparedScriptResult>;

/** Prepares on the calling thread, for programs that have nothing else to do meanwhile. */
export const prepareHere =
  (parser: ScriptParser): PrepareScript =>
  async (source) =>
    prepareScript(source, parser);
