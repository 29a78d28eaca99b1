import { createHash } from 'node:crypto';
import { StoreError } from '../../engine/ports.ts';

const LONGEST_FILE_NAME_BYTES = 200;
/** Digits of the hash that replaces what was cut off. */
const HASH_DIGITS = 32;

/**
 * Encodes the id of a cell as one file name that cannot leave its folder: `all-ruby/2.3.0` becomes
 * `all-ruby%2F2.3.0`, and `3.4.10+yjit` becomes `3.4.10%2Byjit`. Different ids give different file names, on
 * file systems that ignore case as well; one that is too long ends in a hash of all of it.
 */
export function fileNameOf(cell: string): string {
  if (cell === '') throw new StoreError('a cell without an id cannot be stored');
  const name = [...new TextEncoder().encode(cell)]
    .map((byte, index) => {
      const letter = String.fromCharCode(byte);
      const safe = index === 0 ? /[a-z0-9_-]/ : /[a-z0-9._-]/;
      return safe.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
  if (name.length <= LONGEST_FILE_NAME_BYTES) return name;
  const hash = createHash('sha256').update(cell).digest('hex').slice(0, HASH_DIGITS);
  return `${name.slice(0, LONGEST_FILE_NAME_BYTES - HASH_DIGITS - 1)}~${hash}`;
}
