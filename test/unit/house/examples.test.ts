import { readdir, readFile } from 'node:fs/promises';
import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import { pathOf } from '../../harness.ts';

/** `parseSelector('2.3'); // { kind: … }` in a docstring: a call, and a value of JavaScript that it gives. */
const EXAMPLE = /^ *\* (?<name>\w+)(?<call>\(.*\)); \/\/ (?<value>[{['\d].*|null|true|false)$/gm;

const paths = (await readdir(pathOf('src'), { recursive: true })).filter((path) => path.endsWith('.ts'));
const examples: (readonly [file: string, name: string, call: string, value: string])[] = [];
for (const path of paths) {
  const text = await readFile(pathOf(`src/${path}`), 'utf8');
  for (const { groups = {} } of text.matchAll(EXAMPLE))
    examples.push([path, groups['name'] ?? '', groups['call'] ?? '', groups['value'] ?? '']);
}

it('examples are found', () => {
  expect(examples.length).toBeGreaterThan(8);
});

it.each(examples)('the example of %s holds: %s%s gives %s', async (file, name, call, value) => {
  const module = (await import(pathOf(`src/${file}`))) as Readonly<Record<string, unknown>>;
  const run = runInThisContext(`(${name}) => ${name}${call}`) as (subject: unknown) => unknown;
  expect(run(module[name])).toEqual(runInThisContext(`(${value})`));
});
