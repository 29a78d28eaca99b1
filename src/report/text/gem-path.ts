/** Path of a file in a gem: the last folder `gems` of the path contains gems by name and version. */
const IN_GEM = /^.*\/gems\/([A-Za-z0-9_][\w.-]*?)-(\d[\w.]*(?:-[a-z0-9_]+(?:-[a-z0-9_]+)*)?)\/(.+)$/;

/**
 * Shortens the path of a gem's file to the gem, its version and the path inside; other paths stay as they
 * are.
 * @example gemPath('/opt/matrix-gems/gems/oj-3.12.0/ext/oj/oj.c'); // 'oj 3.12.0 ext/oj/oj.c'
 * gemPath('/usr/src/ruby/string.c'); // '/usr/src/ruby/string.c'
 */
export function gemPath(path: string): string {
  const [, name, version, inside] = IN_GEM.exec(path) ?? [];
  return name === undefined ? path : `${name} ${version} ${inside}`;
}
