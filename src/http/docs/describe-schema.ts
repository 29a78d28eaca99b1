/** The parts of an OpenAPI document that the reference shows. */
export interface OpenApi {
  readonly info: { readonly description?: string | undefined };
  readonly paths?: object | undefined;
  readonly components?: { readonly schemas?: unknown } | undefined;
}

/** One method of an address, as OpenAPI writes it. `S` is the form of its schemas. */
export interface Operation<S = Schema> {
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: S;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: S }>> };
  readonly responses?: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema?: S }>>;
      }
    >
  >;
}

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly maximum?: number;
  readonly default?: unknown;
}

const DEEPEST = 8;

/** Formats a schema as people write types: `{ name?: string, rubies: string[] }`, indented. */
export function describeSchema(schema: Schema | undefined, document: OpenApi, depth = 0): string {
  if (schema === undefined || depth > DEEPEST) return '…';
  if (schema.$ref !== undefined) return describeSchema(resolve(schema.$ref, document), document, depth);
  const some = schema.anyOf ?? schema.oneOf;
  if (some !== undefined) return some.map((one) => describeSchema(one, document, depth)).join(' | ');
  if (schema.allOf !== undefined)
    return schema.allOf.map((one) => describeSchema(one, document, depth)).join(' & ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const types = [schema.type ?? 'anything'].flat();
  return types.map((type) => describeType(type, schema, document, depth)).join(' | ');
}

function describeType(type: string, schema: Schema, document: OpenApi, depth: number): string {
  if (type === 'array') {
    const item = describeSchema(schema.items, document, depth);
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
  }
  if (type !== 'object') return type;
  const indent = '  '.repeat(depth + 1);
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const comment = property.description === undefined ? '' : `  // ${property.description}`;
    const optional = required.has(name) ? '' : '?';
    return `${indent}${name}${optional}: ${describeSchema(property, document, depth + 1)}${comment}`;
  });
  if (typeof schema.additionalProperties === 'object') {
    lines.push(`${indent}[name]: ${describeSchema(schema.additionalProperties, document, depth + 1)}`);
  }
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

function resolve(ref: string, document: OpenApi): Schema | undefined {
  const schemas = document.components?.schemas as Readonly<Record<string, Schema>> | undefined;
  return schemas?.[ref.split('/').at(-1) ?? ''];
}
