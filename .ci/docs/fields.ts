import { alternatives, fieldsOf, type JsonSchema } from './json-schema.ts';
import { anchor, code, table } from './markdown.ts';

/** Objects that have a section of their own: its address by their fields. */
export type Sections = ReadonlyMap<string, { readonly heading: string; readonly address: string }>;

interface Field {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isOptional: boolean;
}

/**
 * Writes a table of the fields of an object; those of nested objects follow with their path.
 * @param defaults texts for what applies where a field is left out, by its path
 */
export function fieldTable(
  schema: JsonSchema,
  sections: Sections,
  defaults: ReadonlyMap<string, string> = new Map(),
): string {
  const rows = fieldsBelow(schema, sections, '').map(({ path, schema: field, isOptional }) => {
    const otherwise = defaults.get(path);
    const meaning = describe(field, path);
    return [
      code(path) + (isOptional && otherwise === undefined ? ' (optional)' : ''),
      typeOf(field, sections),
      otherwise === undefined ? meaning : `${meaning} Default: ${code(otherwise)}.`,
    ];
  });
  return table(['field', 'type', 'meaning'], rows);
}

function fieldsBelow(schema: JsonSchema, sections: Sections, before: string): readonly Field[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${before}${name}`;
    const isOptional = !required.has(name) && field.default === undefined;
    return [{ path, schema: field, isOptional }, ...fieldsInside(field, sections, path)];
  });
}

function fieldsInside(schema: JsonSchema, sections: Sections, path: string): readonly Field[] {
  return alternatives(schema).flatMap((one) => {
    if (one.items !== undefined) return fieldsInside(one.items, sections, `${path}[]`);
    if (one.properties === undefined || sections.has(fieldsOf(one))) return [];
    return fieldsBelow(one, sections, `${path}.`);
  });
}

/** Describes a field. Throws where its schema has no description: every field needs one. */
export function describe({ description }: JsonSchema, path: string): string {
  if (description === undefined)
    throw new Error(`${path} has no description: add .describe('…') to its zod schema`);
  return description;
}

/** Formats the type of a value as people write it: `string | null`, `integer, 1 to 256`, `list of Slope`. */
export function typeOf(schema: JsonSchema, sections: Sections): string {
  const types = alternatives(schema).map((one) => plainType(one, sections));
  return [...new Set(types)].join(' | ');
}

function plainType(schema: JsonSchema, sections: Sections): string {
  if (schema.$ref !== undefined) return linkToForm(schema.$ref);
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(JSON.stringify(value))).join(' | ');
  if (schema.prefixItems !== undefined)
    return `[${schema.prefixItems.map((item) => typeOf(item, sections)).join(', ')}]`;
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {}, sections)}`;
  if (schema.properties !== undefined) {
    const section = sections.get(fieldsOf(schema));
    return section === undefined ? 'object' : `[${section.heading}](${section.address})`;
  }
  if (typeof schema.additionalProperties === 'object')
    return `map of ${typeOf(schema.additionalProperties, sections)}`;
  return `${String(schema.type ?? 'any')}${bounds(schema)}`;
}

/** Links a reference such as `#/components/schemas/Run` to its section on the same page. */
function linkToForm(reference: string): string {
  const name = reference.split('/').at(-1) ?? reference;
  return `[${name}](${anchor(name)})`;
}

function bounds({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined || maximum === undefined || maximum > 1e15) return '';
  return `, ${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`;
}
