import { Command } from 'commander';
import { expect, test } from 'vitest';
import { readInputs } from '../../../../src/action/inputs.ts';
import { addMeasureOptions } from '../../../../src/cli/options/measure-options.ts';
import { PLAIN_OPTIONS } from '../../../../src/domain/run/plain-options.ts';
import {
  OPTION_FIELDS,
  optionForm,
  optionQuery,
  optionsSchema,
} from '../../../../src/http/submit/option-fields.ts';
import { measureOptionsSchema } from '../../../../src/protocol/schemas/options-schema.ts';
import { commandLine } from '../../../../src/report/text/command-line.ts';
import { optionsIn, readMagicComments } from '../../../../src/script/magic-comments.ts';
import { namedOptions } from '../../../../src/usecases/options/named-options.ts';
import { LIMITS } from '../limits.ts';
import { record } from '../../report/records.ts';

test.each(PLAIN_OPTIONS.map((option) => [option.word, option] as const))(
  '%s is the same option on every face',
  (word, { name, number }) => {
    const value = number === null ? true : 500_000;
    const text = number === null ? [] : [String(value)];
    const command = addMeasureOptions(new Command()).parse([`--${word}`, ...text], { from: 'user' });
    expect(namedOptions(command.opts())[name]).toBe(value);
    const script = `# matrix: ${[word, ...text].join(' ')}\n`;
    const read = readMagicComments(script);
    expect(read.ok && optionsIn(read.value)).toEqual({ [name]: value });
    const input = (of: string): string => ({ script: 'a.rb', [word]: String(value) })[of] ?? '';
    expect(readInputs(input).options[name]).toBe(value);
    expect(OPTION_FIELDS[word]).toEqual(['options', name]);
    expect(Object.keys(optionQuery)).toContain(word);
    expect(Object.keys(optionForm)).toContain(word);
    expect(optionsSchema(LIMITS).parse({ [name]: value })).toEqual({ [name]: value });
    expect(measureOptionsSchema.parse({ budgetSeconds: 30, [name]: value })[name]).toBe(value);
    const run = record([]);
    const repeated = commandLine(
      { ...run, options: { ...run.options, [name]: value } },
      { verb: 'run', rubies: [] },
    );
    expect(repeated).toContain([`--${word}`, ...text].join(' '));
  },
);

test('the command line that repeats a run overrules a comment that the run overruled', () => {
  const run = record([]);
  const script = { ...run.script, text: '# matrix: exact-count\n3.times { }\n' };
  expect(commandLine({ ...run, script }, { verb: 'run', rubies: [] })).toContain(' --no-exact-count');
});
