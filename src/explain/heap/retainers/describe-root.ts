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
/** Name of what holds objects that C code registered with rb_gc_register_mark_object. */
export const REGISTERED_WORDS = 'C code that registered it for good (rb_gc_register_mark_object)';

/** Names a root of a heap dump. */
export const describeRoot = (name: string): string => WORDS[name] ?? `a root of the interpreter (${name})`;

/**
 * Ruby's lists of such objects: hidden arrays up to 2.6, a separate list from 3.3 on; in between the VM
 * itself.
 */
const LISTS = ['Array (internal)', 'pinned_list', 'VM/pin_array_list'];

/**
 * Counts the first steps below a root that are lists of objects registered by C code; null where the path
 * does not lead through them. `titles` are those of all steps.
 */
export function registrySteps(root: string, titles: readonly string[]): number | null {
  if (root !== 'vm' && root !== 'global_list') return null;
  const steps = titles.findIndex((title) => !LISTS.includes(title));
  if (steps > 0) return steps;
  // The VM refers to no classes except through its list.
  return root === 'vm' && (titles[0] === 'Class' || titles[0] === 'Module') ? 0 : null;
}
