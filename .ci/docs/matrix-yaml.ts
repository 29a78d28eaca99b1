import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { matrixFileSchema } from '../../src/store/matrix/matrix-schema.ts';
import { fieldTable } from './fields.ts';
import type { JsonSchema } from './json-schema.ts';
import { page } from './markdown.ts';

/** Collects every default, as a file without any key has it. */
function defaults(): ReadonlyMap<string, string> {
  const empty = matrixFileSchema.parse({});
  const entries = Object.entries({ defaults: empty.defaults, limits: empty.limits }).flatMap(
    ([section, values]) =>
      Object.entries(values).map(([key, value]) => [`${section}.${key}`, String(value ?? 'auto')] as const),
  );
  return new Map(entries);
}

export async function matrixYamlPage(shipped: string): Promise<string> {
  const schema = z.toJSONSchema(matrixFileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return page(
    '# matrix.yaml',
    'The rubies that Matrix knows, the set that runs when nothing else is asked for, and the bounds of one container. ' +
      '`matrix rubies` shows what comes of it. A file of your own: `--config FILE`, or `matrix.yaml` in the folder that ' +
      'the command runs in. An unknown key is an error, and every message names the line.',
    '## Keys',
    fieldTable(schema, new Map(), defaults()),
    '## The file that is shipped',
    `\`\`\`yaml\n${(await readFile(shipped, 'utf8')).trimEnd()}\n\`\`\``,
  );
}
