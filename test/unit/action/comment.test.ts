import { describe, expect, it } from 'vitest';
import { commentOn } from '../../../src/action/comment.ts';
import { aGitHub, type GitHub } from './a-github.ts';

const request = (github: GitHub, markdown: string, key = 'k1') => ({
  pull: { apiUrl: github.url, repository: 'o/r', number: 7 },
  token: 'gh-token',
  markdown,
  key,
});
const person = (id: number, body: string) => ({ id, body, html_url: '', user: { type: 'User' } });

describe('the comment', () => {
  it('is written once and then put in its place', async () => {
    await using github = await aGitHub();
    expect(await commentOn(request(github, 'one'))).toEqual({
      ok: true,
      value: 'https://github.example/c/1',
    });
    expect(await commentOn(request(github, 'two'))).toEqual({
      ok: true,
      value: 'https://github.example/c/1',
    });
    expect(await commentOn(request(github, 'other', 'k2'))).toMatchObject({ ok: true });
    expect(github.comments.map((one) => one.body)).toEqual([
      '<!-- matrix-leak-test k1 -->\ntwo',
      '<!-- matrix-leak-test k2 -->\nother',
    ]);
  });

  it('is found behind hundreds of others', async () => {
    const there = Array.from({ length: 250 }, (_, index) => person(index + 1, 'x'));
    await using github = await aGitHub({ there });
    await commentOn(request(github, 'one'));
    await commentOn(request(github, 'two'));
    expect(github.comments).toHaveLength(251);
    expect(github.calls.at(-1)).toBe('PATCH /repos/o/r/issues/comments/251');
  });

  it('never takes the place of what a person wrote', async () => {
    await using github = await aGitHub({ there: [person(1, '<!-- matrix-leak-test k1 -->\nmine')] });
    await commentOn(request(github, 'one'));
    expect(github.comments.map((one) => one.body)).toEqual([
      '<!-- matrix-leak-test k1 -->\nmine',
      '<!-- matrix-leak-test k1 -->\none',
    ]);
  });

  it.each([401, 403, 404, 500])('is a reason, no error, where GitHub answers %i', async (refuse) => {
    await using github = await aGitHub({ refuse });
    expect(await commentOn(request(github, 'one'))).toEqual({
      ok: false,
      message: expect.stringContaining(String(refuse)),
    });
  });

  it('is a reason where nobody answers', async () => {
    const github = await aGitHub();
    await github[Symbol.asyncDispose]();
    expect(await commentOn(request(github, 'one'))).toMatchObject({ ok: false });
  });
});
