import { StoreError } from '../../engine/ports.ts';

/**
 * Turns a failed read or write of `path` into an error that says what to do now. Other errors are passed on
 * as they are.
 */
export function toStoreError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code === null || error instanceof StoreError) return error;
  return new StoreError(`${path}: ${describeCode(code)}`, { cause: error });
}

function describeCode(code: string): string {
  const elsewhere = 'or choose another folder with --results DIR';
  switch (code) {
    case 'ENOSPC':
      return `the disk is full; free some space ${elsewhere}. What was stored before is intact`;
    case 'EDQUOT':
      return `the disk quota is used up; free some space ${elsewhere}. What was stored before is intact`;
    case 'EFBIG':
      return `the file would be larger than the system allows; raise the limit (ulimit -f) ${elsewhere}`;
    case 'EACCES':
    case 'EPERM':
      return `no permission; allow it for this user (chown, chmod) ${elsewhere}`;
    case 'EROFS':
      return `the file system is read-only; mount it writable ${elsewhere}`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `there is a file where a folder is needed; move it away ${elsewhere}`;
    case 'EISDIR':
      return `there is a folder where a file is needed; move it away ${elsewhere}`;
    case 'ENAMETOOLONG':
      return `the path is too long for the file system; choose a shorter one with --results DIR`;
    case 'EMFILE':
    case 'ENFILE':
      return 'too many open files; raise the limit (ulimit -n) or run fewer cells side by side (--jobs)';
    default:
      return `the system refused (${code}); check the disk ${elsewhere}`;
  }
}

/** Reads the code of a system or Node error (`ENOENT`); null for anything else. */
export function errorCode(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
