const WORDS: Readonly<Record<string, string>> = {
  vm: 'the VM itself',
  machine_context: 'the C stack',
  global_list: 'a variable of C code (rb_gc_register_address)',
  global_tbl: 'a global variable',
  finalizers: 'a finalizer',
  end_proc: 'an at_exit block',
  encodings: 'the list of encodings',
  symbols: 'the table of symbols',
  global_symbols: 'the table of symbols',
  trap: 'a signal handler',
  live_method_entries: 'the list of methods',
  unlinked_live_method_entries: 'the list of removed methods that still run',
  object_id: 'the table of object ids',
  obj_to_id_tbl: 'the table of object ids',
};
/** What holds objects that C code made known with rb_gc_register_mark_object. */
export const REGISTERED_WORDS = 'C code that registered it for good (rb_gc_register_mark_object)';

/** Names a root of a heap dump. */
export const describeRoot = (name: string): string => WORDS[name] ?? `a root of the interpreter (${name})`;

/** Lists of such objects: hidden arrays up to 2.6, a list of its own from 3.3 on; between them the VM itself. */
const LISTS = ['Array (internal)', 'pinned_list', 'VM/pin_array_list'];

/**
 * Returns how many of the first steps below a root are lists of objects that C code registered; null where the path
 * does not lead through them. `titles` are those of all steps.
 */
export function registrySteps(root: string, titles: readonly string[]): number | null {
  if (root !== 'vm' && root !== 'global_list') return null;
  const steps = titles.findIndex((title) => !LISTS.includes(title));
  if (steps > 0) return steps;
  // The VM has no classes of its own but those that it lists.
  return root === 'vm' && (titles[0] === 'Class' || titles[0] === 'Module') ? 0 : null;
}
