import { describe, expect, it } from 'vitest';
import { pathOf } from '../../harness.ts';
import { findCircle, folderOf, includesOf, moduleOf, readSources } from './includes.ts';

const sources = await readSources(pathOf('images'));
/** They end in a program or a library: nobody includes them. */
const ENTRANCES = ['supervisor/main.c', 'tracer/module.c', 'probe/probe.c'];

describe('the includes of images/', () => {
  it('run one way, from file to file and from folder to folder', () => {
    expect(sources.size).toBeGreaterThan(40);
    expect(findCircle(sources, moduleOf)).toBeNull();
    expect(findCircle(sources, folderOf)).toBeNull();
  });

  it.each([...sources])('of %s name files by their path from images/', (_, text) => {
    expect(includesOf(text).filter((path) => !sources.has(path))).toEqual([]);
  });

  it.each([...sources.keys()].filter((path) => path.endsWith('.c') && !ENTRANCES.includes(path)))(
    '%s has a header of its own, and includes it first',
    (path) => {
      expect(includesOf(sources.get(path) ?? '')[0]).toBe(`${moduleOf(path)}.h`);
    },
  );
});

describe('a circle of includes', () => {
  const circle = new Map([
    ['top/main.c', '#include "low/a.h"\n'],
    ['low/a.h', '#include <stddef.h>\n'],
    ['low/a.c', '#include "low/a.h"\n#include "top/b.h"\n'],
    ['top/b.h', ''],
    ['top/b.c', '#include "top/b.h"\n#include "low/a.h"\n'],
  ]);

  it('is found though it goes through two source files', () => {
    expect(findCircle(circle, moduleOf)).toEqual(['low/a', 'top/b', 'low/a']);
  });

  it('is found between folders whose files have none', () => {
    const folders = new Map(circle).set('top/b.c', '#include "top/b.h"\n');
    expect(findCircle(folders, moduleOf)).toBeNull();
    expect(findCircle(folders, folderOf)).toEqual(['top', 'low', 'top']);
  });
});
