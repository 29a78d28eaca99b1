import { prepareScript, type PreparedScriptResult, type ScriptSource } from '../../script/prepare.ts';
import type { ScriptParser } from '../../script/syntax.ts';

/** Finds a script's loop and hands it to the prelude; on which thread is its own affair. */
export type PrepareScript = (source: ScriptSource) => Promise<PreparedScriptResult>;

/** On the calling thread: for who has nothing else to do meanwhile. */
export const prepareHere =
  (parser: ScriptParser): PrepareScript =>
  async (source) =>
    prepareScript(source, parser);
