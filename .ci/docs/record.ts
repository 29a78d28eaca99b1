import { z } from 'zod';
import { AXES } from '../../src/domain/cell/axes.ts';
import { CELL_CODES } from '../../src/domain/measurement/cell-codes.ts';
import { eventSchema } from '../../src/protocol/schemas/event-schema.ts';
import { runRecordSchema } from '../../src/protocol/schemas/record-schema.ts';
import { storedTraceSchema } from '../../src/protocol/schemas/trace-schema.ts';
import { fieldTable, type Sections } from './fields.ts';
import { alternatives, fieldsOf, schemaAt, type JsonSchema } from './json-schema.ts';
import { anchor, code, page, table } from './markdown.ts';

/** Heading of each object that has a section of its own, and its path in the record. */
const OBJECTS = {
  Run: '',
  Cell: 'cells[]',
  Loop: 'cells[].loops[]',
  Growth: 'cells[].growth',
  Slope: 'cells[].explanation.measured',
  Environment: 'cells[].environment',
  Explanation: 'cells[].explanation',
} as const;

const EVENTS: Readonly<Record<string, string>> = {
  run: 'The record as it is: the first event.',
  note: 'Something that the reader must know.',
  'cell-state': 'A ruby goes on to its next stage.',
  sample: 'A checkpoint was read.',
  cell: 'A ruby is done; once more when its leak was named.',
  done: 'The record at the end: the last event.',
};

/** Reads a schema as records are stored: fields that a transform adds for older records are left out. */
const read = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

const record = read(runRecordSchema);
const kindOf = (schema: JsonSchema): string => String(schema.properties?.['kind']?.const);
const findings = alternatives(
  schemaAt(record, 'cells[].explanation').properties?.['findings']?.items ?? {},
).map((schema) => [`Finding: ${kindOf(schema)}`, schema] as const);
const native = schemaAt(record, 'cells[].explanation.findings[].stack[]');
const trace = read(storedTraceSchema);
const place = schemaAt(record, 'cells[].explanation.findings[].script');

const objects: readonly (readonly [heading: string, schema: JsonSchema])[] = [
  ...Object.entries(OBJECTS).map(([heading, path]) => [heading, schemaAt(record, path)] as const),
  ...findings,
  ['Place', place],
  ['Frame', native],
  ['Sample', schemaAt(trace, 'samples[]')],
];

/** Makes links to the record's objects for the other pages of the reference. */
export const recordSections = (file: string): Sections =>
  new Map(
    objects.map(([heading, schema]) => [fieldsOf(schema), { heading, address: file + anchor(heading) }]),
  );

export function recordPage(): string {
  const sections = recordSections('');
  const objectPart = ([heading, schema]: (typeof objects)[number]): string =>
    `## ${heading}\n\n${fieldTable(schema, sections)}`;
  const events = alternatives(read(eventSchema)).map((event) => {
    const type = String(event.properties?.['type']?.const);
    const meaning = EVENTS[type];
    if (meaning === undefined) throw new Error(`.ci/docs/record.ts does not say what the event ${type} is`);
    return `### ${code(type)}\n\n${meaning}\n\n${fieldTable(event, sections)}`;
  });
  const settings = AXES.map(({ name, standard, words, isNamed }) => [
    code(isNamed ? `${name}.NAME` : name),
    standard === null ? '' : code(standard),
    words.map(code).join(', '),
  ]);
  return page(
    '# The record of a run',
    'What `results/RUN/run.json` holds, `matrix report RUN --format json` prints and `GET /runs/RUN` answers ' +
      '(the service adds three fields: [HTTP API](http-api.md#run)). The form has a version, `schema`, and only gains ' +
      'fields: a program that ignores what it does not know keeps working. Growth is per iteration; times are ISO 8601.',
    ...objects.slice(0, -1).map(objectPart),
    '## Settings',
    'What a cell can differ in besides its ruby, in the order in which its id names it. Words stand alone in an id ' +
      '(`3.4.10+yjit`), other values with their name (`3.4.10+arenas=2`).',
    table(['setting', 'standard', 'words'], settings),
    '## Codes',
    'What `code` of a cell or a loop says. Texts may be worded anew and later releases may have more codes; what a code ' +
      'means stays.',
    table(
      ['code', 'meaning'],
      Object.entries(CELL_CODES).map(([name, meaning]) => [code(name), meaning]),
    ),
    '## Events',
    'A line of `--format ndjson`, a message of `GET /runs/RUN/events`. Later releases may send more types.',
    ...events,
    '## Samples',
    'What `results/RUN/samples/` keeps for each ruby and container, and `GET /runs/RUN/cells/CELL/samples` answers as ' +
      '`passes`: what was read at each checkpoint. *Observed* comes from outside of the script’s process, ' +
      '*self-reported* from inside.',
    fieldTable(trace, sections),
    ...objects.slice(-1).map(objectPart),
  );
}
