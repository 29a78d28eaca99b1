import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchor } from '../../../.ci/docs/markdown.ts';
import { stalePages } from '../../../.ci/docs/pages.ts';
import { pathOf } from '../../harness.ts';

const here = pathOf('');
const inDocs = (await readdir(pathOf('docs'))).map((name) => `docs/${name}`);
const atRoot = (await readdir(here)).filter((name) => name.endsWith('.md'));
const pages = new Map(
  await Promise.all(
    [...atRoot, ...inDocs].map(async (path) => [path, await readFile(pathOf(path), 'utf8')] as const),
  ),
);

it('the reference is what the schemas, the commands and the Action give: npm run docs', async () => {
  expect(await stalePages()).toEqual([]);
});

it('the changelog has a section of the release that package.json names, and all name one repository', async () => {
  const about = JSON.parse(await readFile(pathOf('package.json'), 'utf8')) as {
    readonly version: string;
    readonly bugs: string;
    readonly repository: { readonly url: string };
  };
  expect(pages.get('CHANGELOG.md')).toMatch(new RegExp(`^## ${about.version}( |$)`, 'm'));
  const [, name = ''] = /github\.com\/(.+)\.git$/.exec(about.repository.url) ?? [];
  expect(about.bugs).toBe(`https://github.com/${name}/issues`);
  expect(pages.get('README.md')).toContain(`uses: ${name}@v`);
});

/** Finds links of a page to files of this repository, except in code. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^[a-z]+:/.test(target));
}

const headingsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));

describe('a link', () => {
  it.each([...pages])('of %s leads somewhere', async (path, text) => {
    const dead: string[] = [];
    for (const link of linksOf(text)) {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? path : relative(here, join(pathOf(dirname(path)), file));
      const isThere = await readFile(pathOf(target), 'utf8').catch((error: NodeJS.ErrnoException) =>
        error.code === 'EISDIR' ? '' : null,
      );
      if (isThere === null || (heading !== undefined && !headingsOf(isThere).includes(`#${heading}`)))
        dead.push(link);
    }
    expect(dead).toEqual([]);
  });

  it.each(inDocs)('of README.md leads to %s', (path) => {
    expect(linksOf(pages.get('README.md') ?? '')).toContain(path);
  });
});
