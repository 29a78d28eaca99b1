import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildImages, createHarness, pathOf, type Harness } from '../../harness.ts';
import { expected, loadTruth } from '../../truth.ts';

/** Debian's rubies, which every machine can have; each case leaks on one of them, or looks as if it did. */
const RUBIES = ['2.7.4', '3.1.2', '3.3.8'];
const CASES = [
  'tracepoint_new',
  'identhash_select',
  'alias_of_redefined_method',
  'json_generate_raises',
  'struct_named_redefined',
  'user_array_append',
  'user_every_50th',
  'user_string_append',
  'neg_slow_warmup_20000',
  'neg_leak_then_stops',
  'neg_string_builder_reset',
  'neg_marshal_roundtrip',
];

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(RUBIES);
  await buildImages(harness);
});

describe('verdicts against the truth', async () => {
  const corpus = pathOf('test/corpus');
  const truth = (await loadTruth(corpus)).filter(({ name }) => CASES.includes(name));

  test('every case of the list is in the corpus', () => expect(truth).toHaveLength(CASES.length));

  test.each(truth)('$name', async (one) => {
    const text = await readFile(`${corpus}/cases/${one.name}.rb`, 'utf8');
    const run = await harness.run({ script: { name: `${one.name}.rb`, text } });
    const found = run.cells.map(({ ruby, verdict, cause, message }) => ({ ruby, verdict, cause, message }));
    expect(found).toEqual(
      RUBIES.map((ruby) => {
        const verdict = expected(one, ruby);
        const cause = verdict === 'leak' ? (one.kind === 'object' ? 'objects' : 'native') : null;
        return { ruby, verdict, cause, message: expect.any(String) };
      }),
    );
  });
});
