import { expect, test } from 'vitest';
import { ConfirmationAhead, startStandBy, type StandBy } from '../../../../src/engine/measure/stand-by.ts';
import type { SupervisorEnv } from '../../../../src/engine/ports.ts';
import { LIMITS } from '../../domain/limits.ts';
import { scriptedContainers } from '../scripted-containers.ts';

const IMAGE = { tag: 'matrix:x', base: 'ruby:x', digest: '', source: 'official', ruby: '/ruby' } as const;
const FOCUS = { site: 0, context: { method: '', line: '', rounds: '' } };
const OTHER = { ...FOCUS, site: 1 };

const NOTHING = Promise.resolve('nothing' as const);

/** A cell whose second container is started ahead, where `places` more may run beside the first. */
function ahead(places: number) {
  const scripted = scriptedContainers(Array.from({ length: 4 }, () => ({ lines: [], end: null })));
  const removals: PromiseLike<void>[] = [];
  let taken = 0;
  const confirmation = new ConfirmationAhead(
    (): StandBy => {
      const spec = { input: new Uint8Array(), limits: LIMITS, labels: {} };
      return startStandBy(IMAGE, spec, scripted.containers, new AbortController().signal);
    },
    ({ site }) => ({ A: `site ${site}` }),
    { enter: () => taken < places && (taken += 1) > 0, leave: () => void (taken -= 1) },
    (gone) => removals.push(gone),
  );
  const sent = async (): Promise<SupervisorEnv | 'nothing'> =>
    Promise.race([scripted.specs[0]?.env ?? NOTHING, NOTHING]);
  return { confirmation, scripted, removals, sent, taken: () => taken };
}

test('beside a free place it is there from the beginning, and begins with the first sign of growth', async () => {
  const { confirmation, scripted, sent, taken } = ahead(1);
  confirmation.follow(null);
  expect(scripted.specs).toHaveLength(1);
  expect(await sent()).toBe('nothing');
  confirmation.follow(FOCUS);
  expect(await sent()).toEqual({ A: 'site 0' });
  expect(confirmation.take(OTHER)).toBeNull();
  expect(confirmation.take(FOCUS)?.frameKey).toBe(scripted.specs[0]?.frameKey);
  confirmation[Symbol.dispose]();
  expect(taken()).toBe(0);
  expect(scripted.removed).toEqual([]);
});

test('without a place it starts with the first sign of growth, and waits for the verdict', async () => {
  const { confirmation, scripted, sent } = ahead(0);
  confirmation.follow(null);
  expect(scripted.specs).toHaveLength(0);
  confirmation.follow(FOCUS);
  expect(scripted.specs).toHaveLength(1);
  expect(await sent()).toBe('nothing');
  const standBy = confirmation.take(OTHER);
  standBy?.release({ A: 'site 1' });
  expect(await sent()).toEqual({ A: 'site 1' });
});

test('one that nobody needs is removed', async () => {
  const { confirmation, scripted, removals, taken } = ahead(1);
  confirmation.follow(null);
  confirmation[Symbol.dispose]();
  await Promise.all(removals);
  expect(scripted.removed).toEqual([0]);
  expect(taken()).toBe(0);
});

test('growth that ends was none: what began for it is removed, and begun again once at most', async () => {
  const { confirmation, scripted, removals } = ahead(1);
  for (let times = 0; times < 4; times += 1) {
    confirmation.follow(FOCUS);
    for (let checkpoint = 0; checkpoint < 6; checkpoint += 1) confirmation.follow(null);
  }
  await Promise.all(removals);
  expect(scripted.specs).toHaveLength(2);
  expect(scripted.removed).toEqual([0, 1]);
  expect(confirmation.take(FOCUS)).toBeNull();
});
