import { z } from 'zod';
import { IMAGE_NAME } from '../../domain/ruby/own-image.ts';
import { PACKAGE_NAME } from '../../domain/ruby/debian-packages.ts';
import { STANDARD_GEM_POLICY } from '../../domain/ruby/gems.ts';

/** Describes a value as its writer sees it: `"lots"`, `a list`, `a map`, `nothing`. */
function describeValue(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return JSON.stringify(value);
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/**
 * Accepts a number written as text: the file is read as text throughout, so that 2.10 stays 2.10; numbers are made
 * here.
 */
function number({ min, max, whole = true }: Bounds): z.ZodType<number> {
  const read = z.unknown().transform((value, context) => {
    const digits = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
    if (!digits) return refuse(context, `expected a number, got ${describeValue(value)}`);
    const result = Number(value);
    if (whole && !Number.isInteger(result)) return refuse(context, `expected a whole number, got ${value}`);
    if (result < min || result > max) return refuse(context, `expected ${min} to ${max}, got ${value}`);
    return result;
  });
  // For docs/matrix-yaml.md: a transform has no type of its own.
  return read.meta({ type: whole ? 'integer' : 'number', minimum: min, maximum: max });
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function text(expected: string, pattern: RegExp): z.ZodType<string> {
  const error = (issue: { readonly input?: unknown }) =>
    `expected ${expected}, got ${describeValue(issue.input)}`;
  return z.string({ error }).regex(pattern, { error });
}

function map(expected: string) {
  return (issue: { readonly code?: string | undefined; readonly input?: unknown }) =>
    issue.code === 'invalid_type' ? `expected ${expected}, got ${describeValue(issue.input)}` : undefined;
}

/** A path segment begins with a letter or digit: no `..`, nothing that a shell or a URL would read otherwise. */
const NAME = /^(?=.{1,64}$)[A-Za-z0-9][A-Za-z0-9_-]*([./][A-Za-z0-9_-]+)*$/;
const RELEASE = /^\d+\.\d+\.\d+$/;

const variant = z.strictObject(
  {
    name: text('a name of letters, digits, dots, dashes and slashes, 64 characters at most', NAME).describe(
      'What `--ruby` takes.',
    ),
    image: text('an image, such as rubylang/all-ruby', IMAGE_NAME).describe('Image that holds the ruby.'),
    ruby: text('the absolute path of the ruby in the image', /^\/(?!.*\.\.)[\w./+-]+$/).describe(
      'Absolute path of the ruby in it.',
    ),
    release: text('a release, such as 2.3.6', RELEASE)
      .optional()
      .describe('Its release; needed only where the name does not hold it.'),
  },
  { error: map('a map of name, image and ruby') },
);

const limits = z.strictObject(
  {
    memoryMiB: number({ min: 32, max: 1_048_576 })
      .default(512)
      .describe('Memory of a container; swap is off.'),
    cpus: number({ min: 0.1, max: 1024, whole: false }).default(1).describe('Processors of a container.'),
    pids: number({ min: 8, max: 32_768 }).default(64).describe('Processes and threads.'),
    openFiles: number({ min: 32, max: 1_048_576 }).default(256).describe('Open files of a process.'),
    tmpfsMiB: number({ min: 1, max: 65_536 })
      .default(64)
      .describe('Size of each of the two folders that a script may write to.'),
    outputKiB: number({ min: 1, max: 65_536 })
      .default(1024)
      .describe('Output that is kept of a script; the rest is cut, and the record says so.'),
    scriptKiB: number({ min: 1, max: 16_384 }).default(256).describe('Longest script.'),
    startSeconds: number({ min: 1, max: 3600 })
      .default(60)
      .describe('Time for the script to reach the first checkpoint of its loop.'),
    maxBudgetSeconds: number({ min: 1, max: 86_400 })
      .default(600)
      .describe('Longest budget that a request may ask for.'),
  },
  { error: map('a map of limits') },
);

const defaults = z.strictObject(
  {
    budgetSeconds: number({ min: 1, max: 86_400 })
      .default(30)
      .describe('Longest time that each ruby loops, unless a request says otherwise.'),
    jobs: z
      .union([z.literal('auto').transform(() => null), number({ min: 1, max: 256 })], {
        error: (issue) => `expected auto or a whole number from 1 to 256, got ${describeValue(issue.input)}`,
      })
      .default(null)
      .describe('Rubies side by side; `auto`: one for each processor.'),
  },
  { error: map('a map of defaults') },
);

const packageNames = z.array(text('the name of a Debian package, such as ruby-nokogiri', PACKAGE_NAME), {
  error: map('a list of Debian packages, such as ruby-nokogiri'),
});
const yesOrNo = z
  .union([z.literal('true').transform(() => true), z.literal('false').transform(() => false)], {
    error: (issue) => `expected true or false, got ${describeValue(issue.input)}`,
  })
  .meta({ type: 'boolean' });

const gems = z.strictObject(
  {
    clients: yesOrNo
      .default(STANDARD_GEM_POLICY.clients)
      .describe(
        'Whether clients of the service may have gems installed; the command line’s user always may.',
      ),
    source: text('an address, such as https://rubygems.org', /^https?:\/\/\S{1,500}$/)
      .default(STANDARD_GEM_POLICY.source)
      .describe('The gem source, or a mirror of it; a name and password in it stay on the host.'),
    network: yesOrNo
      .default(STANDARD_GEM_POLICY.network)
      .describe('False: only what was downloaded before is installed.'),
    megabytes: number({ min: 8, max: 65_536 })
      .default(STANDARD_GEM_POLICY.megabytes)
      .describe('Most that the gems of a cell take, and most that is downloaded for them.'),
    seconds: number({ min: 5, max: 86_400 })
      .default(STANDARD_GEM_POLICY.seconds)
      .describe('Longest time that an install takes.'),
    names: z
      .array(text('the name of a gem', /^[\w.-]{1,100}$/), { error: map('a list of names of gems') })
      .optional()
      .describe('The only gems that are downloaded, dependencies included; left out: any.'),
  },
  { error: map('a map of gems') },
);

/** matrix.yaml as it is written; every scalar arrives as text. */
export const matrixFileSchema = z.strictObject(
  {
    official: z
      .record(
        z.string(),
        z.string({
          error: (issue) => `expected releases, such as 2.3.0..2.3.8, got ${describeValue(issue.input)}`,
        }),
        { error: map('a map of series and their releases, such as 2.3: 2.3.0..2.3.8') },
      )
      .default({})
      .describe('Releases that have an official image of Docker Hub, by series: `2.3: 2.3.0..2.3.8`.'),
    debian: z
      .record(z.string(), text('a release, such as 2.7.4', RELEASE), {
        error: map('a map of suites and their releases, such as bullseye: 2.7.4'),
      })
      .default({})
      .describe('Releases of Debian’s own ruby, by suite: `bookworm: 3.1.2`.'),
    'debian-packages': packageNames
      .default([])
      .describe('Debian packages that are installed beside every ruby of `debian`, such as `ruby-nokogiri`.'),
    'client-debian-packages': packageNames
      .default([])
      .describe('Debian packages that clients of the API may ask for; left out: none.'),
    image: z
      .array(variant, { error: map('a list of rubies, each with name, image and ruby') })
      .default([])
      .describe('Rubies inside of other images.'),
    default: z
      .array(
        z.string({
          error: (issue) => `expected a selector, such as 2.3.6, got ${describeValue(issue.input)}`,
        }),
        {
          error: map('a list of selectors, such as 2.3.6'),
        },
      )
      .min(1, { error: 'expected at least one selector; leave the key out to run every ruby' })
      .optional()
      .describe('Selectors of what runs when a request names no ruby; left out: every ruby.'),
    defaults: defaults.prefault({}).describe('Options of a run that does not set them itself.'),
    limits: limits.prefault({}).describe('Bounds of one container. A request cannot change them.'),
    runtime: text('a runtime of the engine, such as runsc', /^[A-Za-z0-9][\w.-]{0,63}$/)
      .optional()
      .describe('Sandboxing runtime of the engine around each container; left out: the engine’s own.'),
    gems: gems.prefault({}).describe('Gems that are installed for a run, in containers of their own.'),
  },
  {
    error: map(
      'a map with official, debian, debian-packages, client-debian-packages, image, default, defaults, limits, runtime and gems',
    ),
  },
);

export type MatrixFile = z.output<typeof matrixFileSchema>;
