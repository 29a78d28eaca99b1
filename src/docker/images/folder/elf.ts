/** What is read of a program or a library in ELF. */
export interface Elf {
  /** Architecture in Debian's words; a number where Debian has no rubies for it. */
  readonly arch: string;
  /** The loader that a program asks for; null for a library. */
  readonly loader: string | null;
  /** Newest glibc that any of its symbols needs, as `[2, 36]`; null where it needs none. */
  readonly glibc: readonly [number, number] | null;
}

const MACHINES: Readonly<Record<number, string>> = { 3: 'i386', 40: 'armhf', 62: 'amd64', 183: 'arm64' };
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const PT_INTERP = 3;
const VERSION = /GLIBC_(\d+)\.(\d+)/g;

/** Tells whether a file is a program or a library in ELF. */
export const isElf = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(Buffer.from('\u007FELF'));

/** Reads the head of an ELF file, and the versions of glibc that it names. */
export function readElf(bytes: Buffer): Elf {
  const machine = bytes.length < 20 ? 0 : bytes.readUInt16LE(18);
  const readable = bytes[4] === CLASS_64 && bytes[5] === LITTLE_ENDIAN && bytes.length >= 64;
  return {
    arch: MACHINES[machine] ?? `machine ${machine}`,
    loader: readable ? loaderOf(bytes) : null,
    glibc: newestGlibc(bytes.toString('latin1')),
  };
}

function loaderOf(bytes: Buffer): string | null {
  const table = Number(bytes.readBigUInt64LE(32));
  const [size, count] = [bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  for (let at = table; at < table + size * count && at + size <= bytes.length; at += size) {
    if (bytes.readUInt32LE(at) !== PT_INTERP) continue;
    const from = Number(bytes.readBigUInt64LE(at + 8));
    const length = Number(bytes.readBigUInt64LE(at + 32));
    return bytes.toString('latin1', from, from + length).replace(/\0.*$/s, '');
  }
  return null;
}

function newestGlibc(text: string): readonly [number, number] | null {
  let newest: readonly [number, number] | null = null;
  for (const [, major, minor] of text.matchAll(VERSION)) {
    const version = [Number(major), Number(minor)] as const;
    if (newest === null || isNewer(version, newest)) newest = version;
  }
  return newest;
}

/** Tells whether a release of glibc is newer than another one. */
export const isNewer = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
