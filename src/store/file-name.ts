import { StoreError } from '../engine/ports.ts';

const LONGEST_FILE_NAME_BYTES = 200;

/**
 * The name of a ruby as one file name that cannot leave its folder: `all-ruby/2.3.0` becomes `all-ruby%2F2.3.0`.
 * Different names give different file names, on file systems that ignore case as well.
 */
export function fileNameOf(ruby: string): string {
  const name = [...new TextEncoder().encode(ruby)]
    .map((byte, index) => {
      const letter = String.fromCharCode(byte);
      const safe = index === 0 ? /[a-z0-9_-]/ : /[a-z0-9._-]/;
      return safe.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
  if (name === '' || name.length > LONGEST_FILE_NAME_BYTES) {
    throw new StoreError(
      `"${ruby}" cannot be the name of a file; give the ruby a shorter name in matrix.yaml`,
    );
  }
  return name;
}
