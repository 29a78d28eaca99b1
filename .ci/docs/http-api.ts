import type { HttpDeps } from '../../src/http/context.ts';
import { createApp } from '../../src/http/app.ts';
import { FIELD_CODES, PROBLEMS } from '../../src/http/answers/problem.ts';
import { loadMatrix } from '../../src/store/matrix/matrix-file.ts';
import type { Operation } from '../../src/http/docs/describe-schema.ts';
import { describe, fieldTable, typeOf, type Sections } from './fields.ts';
import { fieldsOf, type JsonSchema } from './json-schema.ts';
import { anchor, code, page, table } from './markdown.ts';
import { recordSections } from './record.ts';

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation<JsonSchema>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** Makes the document that a service with this matrix serves at `/openapi.json`. */
async function openApi(matrixFile: string): Promise<OpenApi> {
  const loaded = await loadMatrix(matrixFile);
  if (!loaded.ok) throw new Error(loaded.message);
  const access = { tokens: [], hostNames: [], isPrivate: false, anyAddress: false, publicOrigin: null };
  const log = { child: () => log, info: () => {}, warn: () => {}, error: () => {} };
  const deps = {
    access,
    log,
    matrix: loaded.value,
    version: '0',
    service: { isReady: true },
    limits: { writesPerMinute: 1 },
    clock: { now: () => 0 },
    metrics: { requestDone: () => {} },
  };
  const answer = await createApp(deps as unknown as HttpDeps).request('/openapi.json');
  return (await answer.json()) as OpenApi;
}

export async function httpApiPage(matrixFile: string): Promise<string> {
  const { paths, components } = await openApi(matrixFile);
  const schemas = Object.entries(components.schemas);
  const own = schemas.map(
    ([name, schema]) => [fieldsOf(schema), { heading: name, address: anchor(name) }] as const,
  );
  const inRecord = recordSections('record.md');
  const sections: Sections = new Map([...own, ...inRecord]);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationPart(method, path, operation, sections)),
  );
  const record = components.schemas['RunRecord'] ?? {};
  const forms = schemas.map(([name, schema]) => {
    if (schema === record) return `### ${name}\n\n${linkTo(schema, inRecord)} of the record.`;
    const more = moreThan(record, schema);
    const before = more === schema ? '' : `All fields of ${linkTo(record, inRecord)}, and:\n\n`;
    return `### ${name}\n\n${before}${fieldTable(more, sections)}`;
  });
  const problems = Object.entries(PROBLEMS).map(([kind, [status, meaning]]) => [
    code(kind),
    String(status),
    meaning,
  ]);
  return page(
    '# The HTTP API',
    'What `matrix serve` answers; a running service shows the same at `/docs`, and for machines at `/openapi.json`. ' +
      'Requests that write need a token, `Authorization: Bearer TOKEN`; with `--private` reading needs one, too. An address that has ' +
      'a page gives it to a browser and JSON to a program. Errors are `application/problem+json` ([Problem](#problem)).',
    '```sh\ncurl --data-binary @repro.rb -H \'Content-Type: text/x-ruby\' -H "Authorization: Bearer $MATRIX_TOKEN" \\\n' +
      "     'http://localhost:7070/runs?ruby=2.2..2.5'\n```",
    'Every address may also answer 403 (`foreign-host`) and 500 (`internal`).',
    ...operations,
    '## Forms',
    ...forms,
    '## Problems',
    '`code` of a problem; `type` is its address in `/docs`.',
    table(['code', 'status', 'meaning'], problems),
    '`code` of each field that is wrong:',
    table(
      ['code', 'meaning'],
      Object.entries(FIELD_CODES).map(([name, meaning]) => [code(name), meaning]),
    ),
  );
}

function operationPart(
  method: string,
  path: string,
  operation: Operation<JsonSchema>,
  sections: Sections,
): string {
  const {
    summary = '',
    description = '',
    security,
    parameters = [],
    requestBody,
    responses = {},
  } = operation;
  const given = parameters.map(({ name, in: where, required, schema = {}, ...parameter }) => [
    code(name),
    required === true ? where : `${where} (optional)`,
    typeOf(schema, sections),
    describe({ ...schema, ...parameter }, `${path} ${name}`),
  ]);
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema = {} }]) => [
    code(type),
    resolved(schema, sections),
  ]);
  const special = Object.entries(responses).filter(([, { description: meaning }]) => !COMMON.has(meaning));
  const answers = special.map(([status, { description: meaning, content = {} }]) => [
    status,
    Object.entries(content)
      .map(([type, { schema = {} }]) => `${code(type)} ${resolved(schema, sections)}`.trim())
      .join(', '),
    meaning,
  ]);
  return page(
    `## ${method.toUpperCase()} ${path}`,
    [`${summary}.`, description, security === undefined ? '' : 'Needs a token.'].filter(Boolean).join(' '),
    table(['parameter', 'where', 'type', 'meaning'], given),
    table(['body', 'form'], bodies),
    table(['status', 'body', 'meaning'], answers),
  ).trimEnd();
}

/** Statuses that every address may answer with. */
const COMMON: ReadonlySet<string> = new Set([PROBLEMS['foreign-host'][1], PROBLEMS.internal[1]]);

/** Describes a form: by its name, by its fields where it has none, or by its type. */
function resolved(schema: JsonSchema, sections: Sections): string {
  const fields = Object.keys(schema.properties ?? {});
  return fields.length === 0 ? typeOf(schema, sections) : `fields ${fields.map(code).join(', ')}`;
}

function linkTo(schema: JsonSchema, sections: Sections): string {
  const section = sections.get(fieldsOf(schema));
  if (section === undefined) throw new Error('the record of the API has other fields than that of the store');
  return `[${section.heading}](${section.address})`;
}

/** Selects the fields that a form has beyond another's; all of them where it does not extend it. */
function moreThan(base: JsonSchema, schema: JsonSchema): JsonSchema {
  const known = Object.keys(base.properties ?? {});
  const fields = Object.entries(schema.properties ?? {});
  if (!known.every((name) => fields.some(([field]) => field === name))) return schema;
  return { ...schema, properties: Object.fromEntries(fields.filter(([name]) => !known.includes(name))) };
}
