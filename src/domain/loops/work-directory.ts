/**
 * Working directory of every script, fixed and documented. It is long on purpose: what a path costs depends on
 * its length (a String longer than 23 bytes is not embedded in its slot), and in a short one like /tmp the leak
 * of Ruby bug #14372 does not show. Its parent is a tmpfs of the container.
 */
export const WORK_DIRECTORY = '/home/matrix/work/a-long-working-directory';

/** Shortens the path of a file below a directory; other paths stay as they are. */
export const insideOf = (directory: string, file: string): string =>
  file.startsWith(`${directory}/`) ? file.slice(directory.length + 1) : file;
