/** The parts of JSON Schema that zod writes and the reference shows. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Splits a schema into alternatives, each of one type: `string | null` is two. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const some = schema.anyOf ?? schema.oneOf;
  if (some !== undefined) return some.flatMap(alternatives);
  if (!Array.isArray(schema.type)) return [schema];
  return schema.type.map((type: string) => (type === 'null' ? { type } : { ...schema, type }));
}

/** Finds the schema at a path such as `cells[].loops[]`, ignoring null. Throws where there is none. */
export function schemaAt(schema: JsonSchema, path: string): JsonSchema {
  let at = schema;
  for (const step of path.replaceAll('[]', '.[]').split('.').filter(Boolean)) {
    const inner = alternatives(at).flatMap(
      (one) => (step === '[]' ? one.items : one.properties?.[step]) ?? [],
    );
    if (inner[0] === undefined) throw new Error(`there is nothing at ${step} of ${path}`);
    at = inner[0];
  }
  const object = alternatives(at).find(({ properties }) => properties !== undefined);
  if (object === undefined) throw new Error(`${path} is no object`);
  return object;
}

/** Makes a key of an object's fields: objects with the same ones are the same to a reader. */
export const fieldsOf = (schema: JsonSchema): string =>
  Object.keys(schema.properties ?? {})
    .toSorted()
    .join();
