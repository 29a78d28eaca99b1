import { configurationOf } from '../../../domain/cell/configuration.ts';
import { imageSetting, type AskedImage, type OwnImage } from '../../../domain/ruby/own-image.ts';
import { parseVersion } from '../../../domain/ruby/version.ts';
import type { ResolvedImage } from '../../../engine/ports.ts';
import { engineMessage } from '../../connection/engine-errors.ts';
import { containerLabels } from '../../labels.ts';
import { INSPECTION_BOUNDS, USER } from '../../run/hardening.ts';
import { runToEnd } from '../../run/run-to-end.ts';
import type { Base } from '../base/base.ts';
import { baseFromImage } from '../base/image-source.ts';
import { readAnswers } from './own-image-answers.ts';
import type { SourceContext } from '../base/source-context.ts';

const LONGEST_MS = 60_000;

/** Script that prints an image's user, directory and ruby, a line each. */
const QUESTIONS = `
ruby=$1
[ -n "$ruby" ] || ruby=$(command -v ruby)
echo "user=$(id -u) $(id -g)"
echo "ruby=$ruby"
if [ -n "$2" ]; then
  if cd "$2" 2>/dev/null; then
    here=$(pwd -P)
    echo "workdir=$here"
    for folder in tmp log; do [ "$here" = / ] || [ ! -d "$folder" ] || echo "writable=$here/$folder"; done
  else
    echo "nowhere=$2"
  fi
fi
[ -n "$ruby" ] && RUBYOPT= "$ruby" -e 'puts "version=#{RUBY_VERSION} #{defined?(RUBY_ENGINE) ? RUBY_ENGINE : "ruby"}"'
`;

/**
 * Inspects the user's own image, after pulling it if needed: its ruby, its user, its working directory. Problems are
 * values, with what to do.
 */
export async function resolveOwnImage(asked: AskedImage, context: SourceContext): Promise<ResolvedImage> {
  const { image } = asked;
  const fail = (reason: string): ResolvedImage => ({ ok: false, message: `--image ${image}: ${reason}` });
  try {
    const found = await baseFromImage({ kind: 'image', image, ruby: asked.ruby ?? '' }, context);
    if (!found.ok) return fail(found.message);
    context.progress(`looking at ${image}`);
    return await ask(asked, found.value, context, fail);
  } catch (error) {
    context.signal.throwIfAborted();
    return fail(`${engineMessage(error)}: run matrix doctor for details`);
  }
}

async function ask(
  asked: AskedImage,
  base: Base,
  { docker, signal, instance }: SourceContext,
  fail: (reason: string) => ResolvedImage,
): Promise<ResolvedImage> {
  const { Config: config } = await docker.getImage(base.id).inspect();
  const wanted = asked.workdir ?? (config.WorkingDir === '/' ? '' : config.WorkingDir);
  const options = {
    Image: base.id,
    // An image that runs as root gets our own user.
    User: /^(?:root|0)?(?::.*)?$/.test(config.User) ? USER : config.User,
    WorkingDir: '/',
    Entrypoint: ['/bin/sh', '-c', QUESTIONS, 'sh', asked.ruby ?? '', wanted],
    Cmd: [],
    Labels: containerLabels(instance, {}),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      ...INSPECTION_BOUNDS,
      ReadonlyRootfs: true,
      Tmpfs: Object.fromEntries(
        ['/tmp', ...volumesOf(config.Volumes)].map((path) => [path, 'size=16777216']),
      ),
    },
  };
  return runToEnd(docker, options, { longestMs: LONGEST_MS, signal }, async ({ stdout, stderr }) => {
    const answers = readAnswers(stdout, stderr, asked);
    if (!answers.ok) return fail(answers.message);
    const { ruby, user, group, workdir, writable } = answers.value;
    const version = parseVersion(answers.value.version);
    if (version === null)
      return fail(`its ruby reports version ${answers.value.version}, which is not a release`);
    const own: OwnImage = {
      digest: base.digest,
      user,
      group,
      workdir,
      writable: [...new Set([...writable, ...volumesOf(config.Volumes)])],
    };
    const source = { kind: 'image', image: asked.image, ruby, own } as const;
    const settings = { image: imageSetting(asked.image, base.digest) };
    return {
      ok: true,
      value: configurationOf({ name: answers.value.version, version, sources: [source] }, settings),
    };
  });
}

/** Lists the volumes that an image declares: each would be a place on the disk, without bounds. */
const volumesOf = (volumes: object | undefined): readonly string[] => Object.keys(volumes ?? {});
