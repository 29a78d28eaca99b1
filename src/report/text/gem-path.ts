/** Files of gems, wherever they were installed: the last folder `gems` of the path holds them by name and version. */
const IN_GEM = /^.*\/gems\/([A-Za-z0-9_][\w.-]*?)-(\d[\w.]*(?:-[a-z0-9_]+(?:-[a-z0-9_]+)*)?)\/(.+)$/;

/**
 * Returns a path as people know it: a file of a gem by the gem, its version and its path in there; any other as it
 * is.
 *
 * @example
 * gemPath('/opt/matrix-gems/gems/oj-3.12.0/ext/oj/oj.c'); // 'oj 3.12.0 ext/oj/oj.c'
 * gemPath('/usr/src/ruby/string.c'); // '/usr/src/ruby/string.c'
 */
export function gemPath(path: string): string {
  const [, name, version, inside] = IN_GEM.exec(path) ?? [];
  return name === undefined ? path : `${name} ${version} ${inside}`;
}
