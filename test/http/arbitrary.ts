import fc from 'fast-check';

/** The parts of JSON Schema that the document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Texts that mean something to the service, and texts that should mean nothing to it. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '3.1.2',
    '2.3',
    'all',
    '2.2..2.5',
    '~>2.4',
    '../../etc',
    '__proto__',
    'constructor',
    '\u0000',
    '💥',
  ),
  fc.constantFrom(
    '1000.times { Object.new }',
    'loop do\nend',
    'def x',
    '# ---- loop ----',
    'repro.rb',
    'lib/a.rb',
    '',
  ),
);

/** Generates values that fit a schema, most of the time: one in ten is anything at all. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 9, arbitrary: fitting(schema) }, { weight: 1, arbitrary: fc.jsonValue() });
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? 'string'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: JsonSchema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: -5, max: 1000 }), fc.double());
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}), { maxLength: 4 });
    case 'object':
      return object(schema);
    default:
      return text;
  }
}

function object({ properties = {}, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  const known = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, arbitraryOf(value)]),
  );
  const requiredKeys = required.filter((key) => Object.hasOwn(known, key));
  const named = fc.record(known, {
    requiredKeys: fc.sample(fc.boolean(), 1)[0] === true ? requiredKeys : [],
  });
  if (typeof additionalProperties !== 'object') return named;
  const more = fc.dictionary(text, arbitraryOf(additionalProperties), { maxKeys: 3 });
  return fc.tuple(named, more).map(([a, b]) => ({ ...a, ...b }));
}

export { text as anyText };
