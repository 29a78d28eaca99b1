import type { Result } from '../../../domain/result.ts';
import type { AskedFolder } from '../../../domain/ruby/ruby-folder.ts';
import type { FolderSource } from '../../../domain/ruby/ruby.ts';
import { parseVersion } from '../../../domain/ruby/version.ts';
import type { ResolvedFolder } from '../../../engine/ports.ts';
import { engineMessage } from '../../connection/engine-errors.ts';
import { containerLabels } from '../../labels.ts';
import { INSPECTION_BOUNDS, USER } from '../../run/hardening.ts';
import { runToEnd } from '../../run/run-to-end.ts';
import type { SourceContext } from '../base/source-context.ts';
import { chooseBase } from './choose-base.ts';
import { baseFromFolder, packedBefore } from './folder-source.ts';
import { readRubyFolder } from './read-folder.ts';

const LONGEST_MS = 60_000;

/** Ruby code that prints the ruby's version, and proves that it finds its libraries. */
const WHO =
  'puts "version=#{RUBY_VERSION} #{defined?(RUBY_ENGINE) ? RUBY_ENGINE : "ruby"}"; require "set"; require "stringio"';

/**
 * Makes a ruby from a folder that one is installed in: reads it, finds the Debian that it fits, packs it and
 * asks it for its version. Failures are values, with what to do.
 * @param suites Debian's suites that bases are made of, the oldest first
 */
export async function resolveFolder(
  { path, name }: AskedFolder,
  suites: readonly string[],
  context: SourceContext,
): Promise<ResolvedFolder> {
  const fail = (reason: string): ResolvedFolder => ({ ok: false, message: `--ruby ${path}: ${reason}` });
  try {
    const read = await readRubyFolder(path);
    if (!read.ok) return fail(read.message);
    const { folder, hash, prefix } = read.value;
    const before = await packedBefore(hash, context);
    const chosen =
      before === null
        ? await chooseBase(read.value, suites, context)
        : ({ ok: true, value: before } as const);
    if (!chosen.ok) return fail(chosen.message);
    const { suite, lacks } = chosen.value;
    const source: FolderSource = { kind: 'folder', name, folder, hash, prefix, suite, lacks };
    const base = await baseFromFolder(source, context);
    if (!base.ok) return fail(base.message);
    const who = await askWho(base.value.id, base.value.ruby, context);
    if (!who.ok) return fail(whyNotStarted(prefix, who.message));
    const version = parseVersion(who.value);
    if (version === null) return fail(`its ruby calls itself ${who.value}, which is no release`);
    const note = `${name}: extensions that cannot be required, since Debian ${suite} lacks their libraries: ${lacks.join(', ')}`;
    const notes = lacks.length === 0 ? [] : [note];
    return { ok: true, value: { ruby: { name, version, sources: [source] }, notes } };
  } catch (error) {
    context.signal.throwIfAborted();
    return fail(`${engineMessage(error)}: matrix doctor says more`);
  }
}

const whyNotStarted = (prefix: string, said: string): string =>
  `its ruby does not run at ${prefix}, where its rbconfig says that it belongs (${said}): was it moved, or made for another ` +
  `prefix? Install it anew with make install, or configure it with --enable-load-relative`;

async function askWho(
  image: string,
  ruby: string,
  { docker, signal, instance }: SourceContext,
): Promise<Result<string>> {
  const options = {
    Image: image,
    Cmd: [ruby, '-e', WHO],
    User: USER,
    WorkingDir: '/',
    Env: ['LANG=C.UTF-8'],
    Labels: containerLabels(instance, {}),
    HostConfig: { ...INSPECTION_BOUNDS, ReadonlyRootfs: true },
  };
  const use = { longestMs: LONGEST_MS, signal };
  return runToEnd(docker, options, use, ({ stdout, stderr, exitCode }): Promise<Result<string>> => {
    const [, version, engine] = /^version=(\S+) (\S+)$/m.exec(stdout) ?? [];
    const said = stderr.trim().split('\n').slice(0, 2).join(' | ').slice(0, 300) || 'it printed nothing';
    if (version === undefined || exitCode !== 0) return Promise.resolve({ ok: false, message: said });
    return Promise.resolve(
      engine === 'ruby' ? { ok: true, value: version } : { ok: false, message: `it is ${engine}, not CRuby` },
    );
  });
}
