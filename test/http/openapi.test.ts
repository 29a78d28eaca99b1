import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clean, leak, record } from '../unit/report/records.ts';
import { anyText, arbitraryOf, type JsonSchema } from './arbitrary.ts';
import { AUTH, SCRIPT, startService, type TestService } from './service.ts';
import { listed } from '../listed.ts';

interface Media {
  readonly schema: JsonSchema;
}
interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const RUN = record([leak('2.3.6'), clean('2.4.10')]);
let on: TestService;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  on = await startService({ stored: [RUN] });
  document = (await (await on.app.request('/openapi.json')).json()) as Document;
  ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: 'openapi', components: document.components });
});
afterAll(() => on[Symbol.asyncDispose]());

const validators = new Map<JsonSchema, ValidateFunction>();

/** Makes a validator of a schema whose references lead into the document that ajv knows. */
function validator(schema: JsonSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const compiled = ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components')),
  );
  validators.set(schema, compiled);
  return compiled;
}

/** Fails when the document does not describe an answer. */
async function expectKnown(operation: Operation, answer: Response, what: string): Promise<void> {
  const known = operation.responses[String(answer.status)];
  // 503 is what a service without an engine has to say; nothing else of that kind is.
  const isBug = answer.status >= 500 && answer.status !== 503;
  expect({ what, known: known !== undefined, isBug }).toEqual({ what, known: true, isBug: false });
  const types = Object.keys(known?.content ?? {});
  if (types.length === 0) return;
  const type = (answer.headers.get('Content-Type') ?? '').split(';')[0] ?? '';
  expect({ what, types, isKnown: types.includes(type) }).toEqual({ what, types, isKnown: true });
  if (type.endsWith('event-stream') || type.endsWith('ndjson')) {
    await answer.body?.cancel();
    return;
  }
  const body = await answer.text();
  if (!type.endsWith('json')) return;
  const validate = validator(known?.content?.[type]?.schema ?? {});
  validate(JSON.parse(body));
  expect({ what, errors: validate.errors ?? [] }).toEqual({ what, errors: [] });
}

const resolved = (schema: JsonSchema): JsonSchema =>
  schema.$ref === undefined
    ? schema
    : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

/** Generates bodies that fit the schema, half of them with a script and rubies that can be measured. */
function submissions(schema: JsonSchema): fc.Arbitrary<string> {
  return fc.tuple(arbitraryOf(schema), fc.boolean()).map(([value, sane]) => {
    const isObject = typeof value === 'object' && value !== null;
    const good = { script: SCRIPT, others: [], rubies: '3.1.2', options: {}, basedOn: RUN.id };
    return JSON.stringify(sane ? { ...(isObject ? value : {}), ...good } : value);
  });
}

/** Generates path, query and headers for the parameters of an operation; half of the ids are valid. */
function requestOf(
  path: string,
  operation: Operation,
): fc.Arbitrary<{ url: string; headers: Record<string, string> }> {
  const parameters = operation.parameters ?? [];
  const values = parameters.map((parameter) => {
    const good = parameter.name === 'id' ? RUN.id : '2.3.6';
    return parameter.in === 'path'
      ? fc.oneof(fc.constant(good), anyText)
      : fc.option(arbitraryOf(parameter.schema));
  });
  return fc.tuple(...values).map((chosen) => {
    let url = path;
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    for (const [index, { name, in: where }] of parameters.entries()) {
      const value = chosen[index];
      if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(wellFormed(value)) || '-');
      else if (value === null || value === undefined) continue;
      else if (where === 'query') for (const one of [value].flat()) query.append(name, wellFormed(one));
      else
        headers[name] = wellFormed(value)
          .replaceAll(/[^\u0020-\u007e]/g, '')
          .trim();
    }
    return { url: query.size === 0 ? url : `${url}?${query.toString()}`, headers };
  });
}

const wellFormed = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed();

test('the document is OpenAPI 3.1, names every address, and its schemas are schemas', () => {
  expect(document.openapi).toBe('3.1.0');
  const addresses = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  for (const address of [
    'post /runs',
    'get /runs/{id}',
    'delete /runs/{id}',
    'get /runs/{id}/events',
    'get /rubies',
  ]) {
    expect(addresses).toContain(address);
  }
  for (const schema of Object.values(document.components.schemas))
    expect(() => validator(schema)).not.toThrow();
});

test('the reference shows every address', async () => {
  const page = await (await on.app.request('/docs')).text();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of Object.keys(methods)) expect(page).toContain(`${method.toUpperCase()} ${path}`);
  }
  expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
});

test('whatever is requested, the answer is one that the document knows', async () => {
  let asked = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      // What is there to be read must not be removed on the way.
      if (method === 'post' || path === '/readyz') continue;
      const authorized = method === 'delete' ? fc.constant({}) : fc.constantFrom({}, AUTH);
      await fc.assert(
        fc.asyncProperty(requestOf(path, operation), authorized, async ({ url, headers }, auth) => {
          asked += 1;
          const init = { method: method.toUpperCase(), headers: { ...headers, ...auth } };
          await expectKnown(operation, await on.app.request(url, init), `${method} ${url}`);
        }),
        { numRuns: 60 },
      );
    }
  }
  expect(asked).toBeGreaterThan(500);
});

test('whatever is sent, the answer is one that the document knows', async () => {
  const operation = document.paths['/runs']?.['post'];
  if (operation === undefined) throw new Error('POST /runs is not in the document');
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
    const body =
      type === 'application/json' ? submissions(resolved(schema)) : fc.oneof(anyText, fc.constant(SCRIPT));
    const auth = fc.oneof(
      { weight: 9, arbitrary: fc.constant(AUTH) },
      { weight: 1, arbitrary: fc.constant({}) },
    );
    const withQuery = requestOf('/runs', type === 'application/json' ? { responses: {} } : operation);
    await fc.assert(
      fc.asyncProperty(body, auth, withQuery, async (text, who, { url, headers }) => {
        const init = { method: 'POST', body: text, headers: { ...headers, ...who, 'Content-Type': type } };
        await expectKnown(operation, await on.app.request(url, init), `POST ${url} ${text}`);
      }),
      { numRuns: 200 },
    );
  }
  // Some of it was good enough to be accepted; else little was tried.
  expect((await listed(on.service)).length).toBeGreaterThan(10);
});
