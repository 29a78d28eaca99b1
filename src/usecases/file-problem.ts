import { messageOf } from '../domain/message-of.ts';
const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder: check the path',
  EACCES: 'permission denied: check its owner and mode',
  EPERM: 'operation not permitted: check its owner and mode',
  EISDIR: 'it is a folder: name a file',
  ENOTDIR: 'a part of the path is a file, not a folder: check the path',
  ENOSPC: 'the disk is full: free some space',
  EROFS: 'the file system is read-only: choose another place',
  ELOOP: 'the link leads in a circle: name the file itself',
  ENAMETOOLONG: 'the name is too long: choose a shorter one',
  EMFILE: 'too many open files: raise the limit (ulimit -n)',
};

/** Describes what went wrong with a file, and what to do: `repro.rb: cannot be read: no such file …`. */
export function fileProblem(error: unknown, path: string, doing: 'read' | 'written'): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = PROBLEMS[code] ?? messageOf(error);
  return `${path} cannot be ${doing}: ${reason}`;
}
