import { access, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../src/docker/connection/connect.ts';
import { runCommand } from '../../src/docker/host/command.ts';
import { emulatedArchs, type Whereabouts } from '../../src/docker/housekeeping/emulation.ts';
import { importFolder } from '../../src/docker/images/debian/import-folder.ts';
import { recipeOf } from '../../src/docker/images/debian/recipe.ts';
import { removeFolder } from '../../src/docker/images/debian/remove-folder.ts';
import type { CellRecord } from '../../src/domain/run/record.ts';
import type { Ruby } from '../../src/domain/ruby/ruby.ts';
import { createHarness, onlyCell, pathOf, type Harness } from '../harness.ts';
import { loadNamed, missingIn, type Named } from '../named.ts';

const SUITE = 'bullseye';
const RELEASE = '2.7.4';
const BASE = 'matrix-bench:arm64-bullseye';
const EMULATOR = '/usr/bin/qemu-aarch64-static';
const BINFMT = '/proc/sys/fs/binfmt_misc';
/** Programs for arm64 go to the emulator, which the kernel opens now, so that containers need not have it (F). */
const REGISTRATION = [
  ':qemu-aarch64:M:',
  String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`,
  String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`,
  `${EMULATOR}:F`,
].join(':');

/** An emulated processor takes ten times as long for an iteration. */
const EMULATED_BUDGET_SECONDS = 120;

/** Five leaks of ruby itself, three of scripts, two loops that leak nothing. */
const CASES = [
  'tracepoint_new',
  'weakmap_new',
  'iseq_disasm',
  'json_generate_raises',
  'encoding_default_internal_reset',
  'user_array_append',
  'user_string_append',
  'user_hash_unique_string_key',
  'neg_array_sawtooth',
  'neg_dir_glob',
] as const;

/**
 * Runs the same cases on Debian's ruby for arm64, emulated, and on the one for this processor; false where
 * they differ.
 */
export async function arm64Bench(only: string | null): Promise<boolean> {
  const harness = await createHarness([RELEASE]);
  const [native] = harness.rubies;
  if (native === undefined) throw new Error(`${RELEASE} is not in matrix.yaml`);
  await using emulator = await emulate(harness.engine);
  if (emulator.registered) console.error(`registered ${EMULATOR} in ${BINFMT} until the end`);
  await makeArmBase(harness.engine);
  const foreign: Ruby = {
    ...native,
    name: RELEASE,
    sources: [{ kind: 'image', image: BASE, ruby: '/usr/bin/ruby' }],
  };
  const known = await loadNamed(pathOf('test/corpus'));
  console.log(
    '| case | amd64 | arm64 | bytes per iteration | named on amd64 | named on arm64 | same |\n|---|---|---|---|---|---|---|',
  );
  let same = true;
  for (const name of CASES.filter((one) => only === null || one.includes(only))) {
    const here = await measured(harness, native, name, harness.matrix.defaults.budgetSeconds);
    const there = await measured(harness, foreign, name, EMULATED_BUDGET_SECONDS);
    const differences = differing(here, there, known[name]);
    same &&= differences.length === 0;
    const last = differences.length === 0 ? 'yes' : `NO: ${differences.join('; ')}`;
    const columns = [
      name,
      said(here),
      said(there),
      `${rate(here)} / ${rate(there)}`,
      namedIn(here),
      namedIn(there),
      last,
    ];
    console.log(`| ${columns.join(' | ')} |`);
  }
  return same;
}

function rate({ growth }: CellRecord): string {
  return growth?.malloc.perIteration.toFixed(1) ?? '-';
}

function said({ verdict, outcome, cause }: CellRecord): string {
  return `${verdict ?? outcome} ${cause ?? ''}`.trim();
}

async function measured(
  harness: Harness,
  ruby: Ruby,
  name: string,
  budgetSeconds: number,
): Promise<CellRecord> {
  const text = await readFile(join(pathOf('test/corpus'), 'cases', `${name}.rb`), 'utf8');
  const script = { name: `${name}.rb`, text };
  return onlyCell(
    await harness.run({ script, rubies: [ruby], options: { explain: true, budgetSeconds } }, { jobs: 1 }),
  );
}

function differing(here: CellRecord, there: CellRecord, known: Named | undefined): readonly string[] {
  const differences: string[] = [];
  if (here.verdict === null || here.verdict !== there.verdict) {
    differences.push(`verdict ${there.verdict}: ${there.message}`);
  } else if (here.cause !== there.cause) differences.push(`cause ${there.cause}`);
  if (there.environment?.arch !== 'aarch64') differences.push(`measured on ${there.environment?.arch}`);
  if (there.verdict === 'leak') {
    // What is not named here either is no matter of the processor.
    const also = missingIn(here, known);
    differences.push(...missingIn(there, known).filter((one) => !also.includes(one)));
    if (namedIn(here) !== namedIn(there)) differences.push('named otherwise');
  }
  return differences;
}

/** The interpreter's loop: how C got there is a matter of what the compiler put inline. */
const INTERPRETER = 'rb_vm_exec';

/**
 * Describes the first finding: line of the script, size of the block, and named functions of C, innermost
 * first, up to the interpreter; or line and class of all objects that stay, whose order depends on where a
 * table doubled last. Without findings, the reason.
 */
function namedIn({ verdict, explanation }: CellRecord): string {
  if (verdict !== 'leak') return '';
  const findings = explanation?.findings ?? [];
  const [first] = findings;
  if (first === undefined) return explanation?.notes.join('; ') ?? 'not explained';
  if (first.kind === 'mapping') return first.what;
  const line = `line ${first.script?.line ?? '?'}`;
  if (first.kind === 'objects') {
    const objects = findings.filter((one) => one.kind === 'objects');
    return objects
      .map((one) => `line ${one.script?.line ?? '?'}: ${one.className}`)
      .toSorted()
      .join(', ');
  }
  const names = first.stack.flatMap((frame) => frame.function ?? []);
  const own = names.slice(0, names.indexOf(INTERPRETER) + 1 || names.length);
  return `${line}: ${first.blockBytes} B, ${own.join(' < ')}`;
}

/** Registers the emulator for as long as the bench runs, unless there is one. */
async function emulate(engine: Engine): Promise<AsyncDisposable & { readonly registered: boolean }> {
  const info = (await engine.docker.info()) as Whereabouts;
  const nothing = { registered: false, [Symbol.asyncDispose]: () => Promise.resolve() };
  const emulated = await emulatedArchs(info);
  if (engine.arch === 'arm64' || emulated?.includes('arm64')) return nothing;
  if (emulated === null)
    throw new Error('the engine runs on another kernel, where no emulator can be registered from here');
  await access(EMULATOR).catch(() => {
    throw new Error(`there is no ${EMULATOR}: apt-get install qemu-user-static`);
  });
  const isMounted = await access(join(BINFMT, 'register')).then(
    () => true,
    () => false,
  );
  if (!isMounted) await must('mount', '-t', 'binfmt_misc', 'binfmt_misc', BINFMT);
  await writeFile(join(BINFMT, 'register'), REGISTRATION);
  return { registered: true, [Symbol.asyncDispose]: () => writeFile(join(BINFMT, 'qemu-aarch64'), '-1') };
}

/** Makes an image with Debian's ruby for arm64; takes some minutes, once. */
async function makeArmBase({ docker }: Engine): Promise<void> {
  const isHere = await docker
    .getImage(BASE)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (isHere) return;
  const folder = await mkdtemp(join(tmpdir(), 'matrix-arm64-'));
  try {
    console.error(`making ${BASE} from Debian's packages, under emulation: some minutes`);
    await must('debootstrap', '--arch=arm64', ...recipeOf(SUITE).options, SUITE, folder);
    const recipe = { ...recipeOf(SUITE), tag: BASE };
    const imported = await importFolder(docker, folder, recipe, new AbortController().signal, 'linux/arm64');
    if (!imported.ok) throw new Error(imported.message);
  } finally {
    await removeFolder(folder);
  }
}

async function must(program: string, ...args: readonly string[]): Promise<void> {
  const result = await runCommand(program, args);
  if (!result.ok) throw new Error(`${result.message}\n${result.output}`);
}
