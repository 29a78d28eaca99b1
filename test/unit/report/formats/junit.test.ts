import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { junit } from '../../../../src/report/formats/junit.ts';
import { clean, failed, inconclusive, leak, RAISED, record } from '../records.ts';

/** The schema of Jenkins, which GitLab, Azure and the rest read too; under the MIT licence. */
const schema = await readFile(
  new URL('../../../fixtures/junit/jenkins-junit-4.xsd', import.meta.url),
  'utf8',
);

async function errorsOf(xml: string): Promise<readonly string[]> {
  const result = await validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [schema] });
  return result.errors.map((error) => error.message);
}

describe('junit', () => {
  const run = record([leak('2.3.6'), clean('2.2.10'), inconclusive('2.4.3'), { ...RAISED, output: 'boo\n' }]);

  it('has a case per ruby', () => {
    expect(junit(run)).toMatchSnapshot();
  });

  it('fits the schema that CI systems read, one suite per script', async () => {
    const other = record([clean('2.5.9')], { script: { ...run.script, name: 'other.rb' } });
    const xml = junit(run, other);
    expect(await errorsOf(xml)).toEqual([]);
    expect(xml).toContain('<testsuites name="matrix" tests="5" failures="1" errors="1" time="7.600">');
    expect(xml.match(/<testsuite /g)).toHaveLength(2);
  });

  it('fits it with no ruby at all', async () => {
    expect(await errorsOf(junit(record([])))).toEqual([]);
  });

  it('would be refused where it did not fit', async () => {
    expect(
      await errorsOf(junit(run).replaceAll('<skipped>', '<skip>').replaceAll('</skipped>', '</skip>')),
    ).not.toEqual([]);
  });

  it('is well-formed whatever a script prints', async () => {
    const nasty = `]]><a b="c">&amp;&\u0000\u001b[31m\ufffe\ud800\u{1f600} --> "'`;
    const hostile: RunRecord = record([failed(nasty, { message: nasty, output: nasty })], {
      script: { name: nasty, sha256: '0', text: '' },
    });
    expect(await errorsOf(junit(hostile))).toEqual([]);
  });
});
