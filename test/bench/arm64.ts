import { access, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../src/docker/connection/connect.ts';
import { runCommand } from '../../src/docker/host/command.ts';
import { emulatedArchs } from '../../src/docker/housekeeping/emulation.ts';
import type { Whereabouts } from '../../src/docker/housekeeping/emulation.ts';
import { importFolder } from '../../src/docker/images/debian/import-folder.ts';
import { recipeOf } from '../../src/docker/images/debian/recipe.ts';
import { removeFolder } from '../../src/docker/images/debian/remove-folder.ts';
import type { CellRecord } from '../../src/domain/record.ts';
import type { Ruby } from '../../src/domain/ruby.ts';
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

/** The same cases on Debian's ruby for arm64, emulated, and on the one for this processor: false where they differ. */
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
    '| case | amd64 | arm64 | bytes per iteration | functions on arm64 | same |\n|---|---|---|---|---|---|',
  );
  let same = true;
  for (const name of CASES.filter((one) => only === null || one.includes(only))) {
    const [here, there] = [await measured(harness, native, name), await measured(harness, foreign, name)];
    const differences = differing(here, there, known[name]);
    same &&= differences.length === 0;
    const last = differences.length === 0 ? 'yes' : `NO: ${differences.join('; ')}`;
    const columns = [
      name,
      said(here),
      said(there),
      `${rate(here)} / ${rate(there)}`,
      [...namesOf(there).slice(0, 3), objectsOf(there)].filter(Boolean).join(' < '),
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

async function measured(harness: Harness, ruby: Ruby, name: string): Promise<CellRecord> {
  const text = await readFile(join(pathOf('test/corpus'), 'cases', `${name}.rb`), 'utf8');
  const run = await harness.run(
    { script: { name: `${name}.rb`, text }, rubies: [ruby], explain: true },
    { jobs: 1 },
  );
  return onlyCell(run);
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
    const names = namesOf(there);
    for (const name of namesOf(here).slice(0, 1)) if (!names.includes(name)) differences.push(`not ${name}`);
  }
  return differences;
}

/** Functions of C in the stack of the first finding that have a name, innermost first. */
function namesOf({ explanation }: CellRecord): readonly string[] {
  const [first] = explanation?.findings ?? [];
  return first?.kind === 'native' ? first.stack.flatMap((frame) => frame.function ?? []) : [];
}

/** Classes of the objects that stay; why there are none, otherwise. */
function objectsOf({ explanation, cause }: CellRecord): string {
  if (cause !== 'objects') return '';
  const classes =
    explanation?.findings.flatMap((one) => (one.kind === 'objects' ? [one.className] : [])) ?? [];
  return classes.length > 0 ? classes.join(', ') : (explanation?.notes.join('; ') ?? 'not explained');
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

/** Debian's ruby for arm64 as an image; some minutes, once. */
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
    if (!imported.ok) throw new Error(imported.reason);
  } finally {
    await removeFolder(folder);
  }
}

async function must(program: string, ...args: readonly string[]): Promise<void> {
  const result = await runCommand(program, args);
  if (!result.ok) throw new Error(`${result.message}\n${result.output}`);
}
