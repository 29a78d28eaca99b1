/**
 * Working directory of every script, fixed and documented. It is long on purpose: what a path costs depends on
 * its length (a String longer than 23 bytes is not embedded in its slot), and in a short one like /tmp the leak
 * of Ruby bug #14372 does not show. Its parent is a tmpfs of the container.
 */
export const WORK_DIRECTORY = '/home/matrix/work/a-long-working-directory';

/** Returns the path of a file as seen from a directory it lies below; any other path as it is. */
export const insideOf = (directory: string, file: string): string =>
  file.startsWith(`${directory}/`) ? file.slice(directory.length + 1) : file;
