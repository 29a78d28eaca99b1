import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { program } from '../../src/cli/program.ts';
import type { MainDeps } from '../../src/cli/serve/serve-deps.ts';
import { submissionQuerySchema } from '../../src/http/submit/submission-schema.ts';
import { STANDARD_OPTIONS } from '../../src/domain/run/options.ts';
import { measureOptionsSchema } from '../../src/protocol/schemas/options-schema.ts';
import { matrixFileSchema } from '../../src/store/matrix/matrix-schema.ts';
import { MAGIC_COMMENTS } from '../../src/script/magic-comments.ts';
import { fieldTable } from './fields.ts';
import type { JsonSchema } from './json-schema.ts';
import { code, page, table } from './markdown.ts';

interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** Options that have different names on different faces. */
const SAME: Readonly<Record<string, string>> = { ruby: 'rubies' };
const nameOf = (name: string): string => SAME[name] ?? name;

export async function optionsPage(actionFile: string): Promise<string> {
  const action = parse(await readFile(actionFile, 'utf8')) as Action;
  const root = program({ version: '0' } as MainDeps, [], () => {});
  const commands = leaves(root);
  const budget = matrixFileSchema.parse({}).defaults.budgetSeconds;
  return page(
    '# Options',
    'What a run can be told, and where: on the command line, in the script itself, to the service, to the Action. ' +
      'The command line wins over the script.',
    facesTable(commands.find(({ path }) => path === 'matrix run')?.command ?? root, action),
    '## How a script is measured',
    'The options that [the record](record.md#run) keeps; the service takes them in [a submission](http-api.md#submission).',
    fieldTable(
      z.toJSONSchema(measureOptionsSchema, { io: 'input' }) as JsonSchema,
      new Map(),
      defaults(budget),
    ),
    '## In the script',
    'Comments on lines of their own, before `__END__`.',
    table(
      ['comment', 'meaning'],
      Object.entries(MAGIC_COMMENTS).map(([word, { example, meaning }]) => [
        code(`# matrix: ${[word, example ?? ''].join(' ').trim()}`),
        meaning,
      ]),
    ),
    '## Command line',
    ...commands.map(commandPart),
    '## Action',
    table(
      ['input', 'default', 'meaning'],
      Object.entries(action.inputs).map(([name, { description, default: value, required }]) => [
        code(name),
        required === true ? 'required' : value === undefined ? '' : code(value),
        description,
      ]),
    ),
    table(
      ['output', 'meaning'],
      Object.entries(action.outputs).map(([name, { description }]) => [code(name), description]),
    ),
  );
}

/** Collects the defaults of all options. */
const defaults = (budgetSeconds: number): ReadonlyMap<string, string> =>
  new Map(
    Object.entries({ budgetSeconds, ...STANDARD_OPTIONS }).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

/** Writes a table of which face has which option; options of only one face are in its own table. */
function facesTable(run: Command, action: Action): string {
  const faces: readonly (readonly [show: (name: string) => string, names: readonly string[]])[] = [
    [(name) => `--${name}`, run.options.flatMap(({ long }) => long?.replace(/^--(no-)?/, '') ?? [])],
    [(name) => `# matrix: ${name}`, Object.keys(MAGIC_COMMENTS)],
    [(name) => `?${name}=`, Object.keys(submissionQuerySchema.shape)],
    [(name) => name, Object.keys(action.inputs)],
  ];
  const all = new Set(faces.flatMap(([, names]) => names.map(nameOf)));
  const rows = [...all].map((option) =>
    faces.map(([show, names]) => {
      const name = names.find((one) => nameOf(one) === option);
      return name === undefined ? '' : code(show(name));
    }),
  );
  const shared = rows.filter((row) => row.filter((cell) => cell !== '').length > 1);
  return table(['command line', 'script', 'API', 'Action'], shared);
}

interface Leaf {
  readonly path: string;
  readonly command: Command;
}

/** Lists the commands that do something: `matrix images build`, not `matrix images`. */
function leaves(command: Command, before = ''): readonly Leaf[] {
  const path = `${before}${command.name()}`;
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((sub) => leaves(sub, `${path} `));
}

function commandPart({ path, command }: Leaf): string {
  const args = command.registeredArguments.map((one) => [code(one.name()), '', one.description]);
  const options = command.options.map(({ flags, defaultValue, argChoices, description }) => [
    code(flags),
    defaultValue === undefined || defaultValue === true ? '' : code(String(defaultValue)),
    argChoices === undefined ? description : `${description}: ${argChoices.map(code).join(', ')}`,
  ]);
  return page(
    `### ${path}`,
    sentence(command.description()),
    table(['option', 'default', 'meaning'], [...args, ...options]),
  ).trimEnd();
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
