import { findAxis } from './axes.ts';
import type { Ruby, RubyVersion } from '../ruby/ruby.ts';
import type { Settings } from './settings.ts';

/** An axis and the values that were requested. */
export interface GivenAxis {
  readonly name: string;
  readonly values: readonly string[];
}

/** Effect of settings on a cell's process: options before the script's name, and variables; null removes one. */
export interface ProcessSettings {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string | null>>;
}

/**
 * A compiler of Ruby's: the releases that have it, how it is requested, and how RUBY_DESCRIPTION says that it is on.
 */
interface Jit {
  readonly from: string;
  readonly before: string | null;
  readonly flag: (version: RubyVersion) => string;
  readonly pattern: RegExp;
}

const JITS: Readonly<Record<string, Jit>> = {
  mjit: {
    from: '2.6',
    before: '3.3',
    // From 3.1 on `--jit` means YJIT.
    flag: (version) => (isBefore(version, '3.1') ? '--jit' : '--mjit'),
    pattern: /\+M?JIT\b/,
  },
  rjit: { from: '3.3', before: '3.5', flag: () => '--rjit', pattern: /\+RJIT\b/ },
  yjit: { from: '3.1', before: null, flag: () => '--yjit', pattern: /\+YJIT\b/ },
  zjit: { from: '3.5', before: null, flag: () => '--zjit', pattern: /\+ZJIT\b/ },
};

/** An allocator that replaces the system's: the name of its library, and Debian's packages of it. */
interface Allocator {
  readonly library: string;
  /** Each suite has one of them. */
  readonly debianPackages: readonly string[];
}

export const ALLOCATORS: Readonly<Record<string, Allocator>> = {
  jemalloc: { library: 'libjemalloc.so.2', debianPackages: ['libjemalloc2', 'libjemalloc1'] },
  tcmalloc: {
    library: 'libtcmalloc_minimal.so.4',
    debianPackages: ['libtcmalloc-minimal4', 'libtcmalloc-minimal4t64'],
  },
};

/** Architectures that a cell can be requested for, as engines name them: what the kernel calls them. */
export const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

/** Values of axes that have only a few to choose from, the default first. */
export const CHOICES: Readonly<Record<'jit' | 'allocator' | 'arenas', readonly string[]>> = {
  jit: ['off', ...Object.keys(JITS)],
  allocator: ['default', ...Object.keys(ALLOCATORS)],
  arenas: ['1', '2', 'default'],
};

/** Options of ruby that would run something other than the script, or nothing. */
const NOT_OURS = /^(-[exScyhnplais]|--$|--(help|version|copyright|yydebug|dump))/;
/** Variables that belong to the measurement, or to the loader. */
const RESERVED = /^(MATRIX_|LD_|MALLOC_ARENA_MAX$|GLIBC_TUNABLES$)/;
const MOST_CHARACTERS = 4_096;
const MOST_ARENAS = 64;

/** Axes whose values this release can give to a cell on demand. */
const OFFERED = 'jit, allocator, arenas, arch, ruby-options, env.NAME';

/** Checks the values of an axis. Returns what is wrong with the first bad one, or null. */
export function problemWithValues({ name, values }: GivenAxis): string | null {
  for (const value of values) {
    const problem = problemWithValue(name, value);
    if (problem !== null) return problem;
  }
  return null;
}

/** Checks a value of an axis. Returns what is wrong and what would be right, or null. */
export function problemWithValue(name: string, value: string): string | null {
  const asked = `${name}=${value}`;
  if (value.length > MOST_CHARACTERS || /[\0\n]/.test(value))
    return `${name}: a value is one line of at most ${MOST_CHARACTERS} characters`;
  switch (findAxis(name)?.axis.name) {
    case 'jit':
      return value === 'off' || value in JITS
        ? null
        : `${asked}: there is no such compiler; give off, ${Object.keys(JITS).join(', ')}`;
    case 'allocator':
      return value === 'default' || value in ALLOCATORS
        ? null
        : `${asked}: there is no such allocator; give default, ${Object.keys(ALLOCATORS).join(', ')}`;
    case 'arenas':
      return value === 'default' || (/^[1-9]\d?$/.test(value) && Number(value) <= MOST_ARENAS)
        ? null
        : `${asked}: give default, or a number from 1 to ${MOST_ARENAS}`;
    case 'arch':
      return value in ARCHITECTURES
        ? null
        : `${asked}: there is no such architecture; give ${Object.keys(ARCHITECTURES).join(', ')}`;
    case 'ruby-options': {
      const bad = words(value).find((word) => !word.startsWith('-') || NOT_OURS.test(word));
      return bad === undefined
        ? null
        : `${asked}: ${bad} is not an option that a script can be run with; give options such as --enable=frozen-string-literal`;
    }
    case 'env': {
      const variable = name.slice('env.'.length);
      if (!/^[A-Za-z_]\w*$/.test(variable)) return `${name}: ${variable} is not the name of a variable`;
      return RESERVED.test(variable)
        ? `${name}: ${variable} is the measurement's own; ${variable === 'MALLOC_ARENA_MAX' ? 'use arenas=2' : 'choose another variable'}`
        : null;
    }
    default:
      return `${name} cannot be set for a cell: choose from ${OFFERED}`;
  }
}

/** Checks whether a release supports this value. Returns the reason, as the end of a sentence, or null. */
export function missingIn(version: RubyVersion, name: string, value: string): string | null {
  const jit = name === 'jit' ? JITS[value] : undefined;
  if (jit === undefined) return null;
  if (isBefore(version, jit.from)) return `it was added in ${jit.from}`;
  if (jit.before !== null && !isBefore(version, jit.before)) return `it was removed in ${jit.before}`;
  return null;
}

/** Translates settings into options and variables of a ruby's process. */
export function processOf(version: RubyVersion, settings: Settings): ProcessSettings {
  const jit = JITS[settings.jit ?? ''];
  const { arenas, allocator } = settings;
  const library = ALLOCATORS[allocator ?? '']?.library;
  const variables = Object.entries(settings).flatMap(([name, value]) =>
    name.startsWith('env.') ? [[name.slice('env.'.length), value] as const] : [],
  );
  return {
    flags: [...(jit === undefined ? [] : [jit.flag(version)]), ...words(settings['ruby-options'] ?? '')],
    environment: {
      ...(library === undefined ? {} : { LD_PRELOAD: library }),
      ...(arenas === undefined ? {} : { MALLOC_ARENA_MAX: arenas === 'default' ? null : arenas }),
      ...Object.fromEntries(variables),
    },
  };
}

/** What a running cell reports: RUBY_DESCRIPTION, the allocator that the probe found, and the machine of the kernel. */
export interface ObservedCell {
  readonly description: string;
  readonly allocator: string;
  readonly arch: string;
}

/** Finds a setting that is not in force, and what is instead; null where all are. */
export function unappliedSetting(
  { description, allocator, arch }: ObservedCell,
  settings: Settings,
): string | null {
  const machine = ARCHITECTURES[settings.arch ?? ''];
  if (machine !== undefined && arch !== machine)
    return `arch=${settings.arch ?? ''} was requested, but this machine runs ${arch}: run it on such a machine, or have one measure for a service (matrix worker)`;
  const jit = JITS[settings.jit ?? ''];
  if (jit !== undefined && !jit.pattern.test(description))
    return `jit=${settings.jit ?? ''} was requested, but this ruby does not report it: ${description}`;
  const wanted = settings.allocator;
  // A cell that ended before it was seen has failed in another way.
  return wanted === undefined || allocator === '' || wanted === allocator
    ? null
    : `allocator=${wanted} was requested, but memory comes from ${allocator}: the ruby of this image does not take another allocator; leave the setting out`;
}

/** Returns the ruby with the allocator of its settings in its image. */
export const withAllocator = (ruby: Ruby, { allocator }: Settings): Ruby =>
  allocator === undefined || ALLOCATORS[allocator] === undefined ? ruby : { ...ruby, allocator };

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

function isBefore({ major, minor }: RubyVersion, release: string): boolean {
  const [a = 0, b = 0] = release.split('.').map(Number);
  return major < a || (major === a && minor < b);
}
