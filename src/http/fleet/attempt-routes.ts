import { wrongWith, withHost } from '../../engine/fleet/check-found.ts';
import { filesOf } from '../../engine/fleet/encode-work.ts';
import { progressLineSchema } from '../../protocol/schemas/fleet-result-schema.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import { ProblemError } from '../answers/problem.ts';
import type { App, Ctx, FleetDeps, HttpDeps } from '../context.ts';
import { memberOf, requireWorker, takenBy, voidAttempt } from './access.ts';
import { readFound } from './read-found.ts';
import { readLines } from './read-lines.ts';

const ATTEMPT = '/fleet/workers/:worker/attempts/:attempt';

/** Adds the addresses of what a worker has taken: nothing else can be read or written by it. */
export function addAttemptRoutes(app: App, deps: HttpDeps, given: FleetDeps, guesses: TokenBuckets): void {
  const { fleet, memory } = given;
  const taker = (c: Ctx) => memberOf(c, given, requireWorker(c, deps, given, guesses));

  app.get(`${ATTEMPT}/files/:hash`, (c) => {
    documented(c, 'files/{hash}');
    const { work } = takenBy(c, given, taker(c));
    const bytes = filesOf(work, c.req.param('hash'));
    if (bytes === null)
      throw new ProblemError('not-found', 'these files are not part of what was handed out');
    return c.body(new Uint8Array(bytes), 200, { 'Content-Type': 'application/x-tar' });
  });

  app.get(`${ATTEMPT}/known/:fingerprint`, async (c) => {
    documented(c, 'known/{fingerprint}');
    const { shown } = takenBy(c, given, taker(c));
    const fingerprint = c.req.param('fingerprint');
    const isHash = /^[0-9a-f]{64}$/.test(fingerprint);
    const found = isHash ? ((await memory?.find(fingerprint)) ?? null) : null;
    if (found === null) throw new ProblemError('not-found', 'no run has measured this cell');
    shown.set(fingerprint, found.run);
    return c.json(found as object);
  });

  app.post(`${ATTEMPT}/progress`, async (c) => {
    documented(c, 'progress');
    const { work } = takenBy(c, given, taker(c));
    for await (const text of readLines(c)) {
      const line = progressLineSchema.safeParse(jsonOf(text));
      if (!line.success) throw new ProblemError('malformed-body', 'this is not the progress of a cell');
      if (work.kind !== 'measure') continue;
      // It may have been cancelled while the body came.
      takenBy(c, given, taker(c));
      if (line.data.line === 'state') work.watcher.state(line.data.state, line.data.detail);
      else work.watcher.sample(line.data.sample, line.data.slope);
    }
    return c.body(null, 204);
  });

  app.post(`${ATTEMPT}/result`, async (c) => {
    documented(c, 'result');
    const attempt = c.req.param('attempt');
    const token = requireWorker(c, deps, given, guesses);
    const member = fleet.member(c.req.param('worker'), token.name);
    const handOut = member === null ? null : fleet.handOuts.of(attempt, member.id);
    if (member === null || handOut === null) {
      fleet.handOuts.countLate();
      return voidAttempt();
    }
    const found = await readFound(readLines(c));
    const wrong = wrongWith(found, handOut, member);
    if (wrong !== null) {
      c.get('log').warn({ worker: member.name, reason: wrong }, 'the result of a worker was refused');
      fleet.handOuts.refuse(attempt, member.id);
      throw new ProblemError('result-refused', `the result is refused: ${wrong}`);
    }
    if (!fleet.settle(attempt, member, withHost(found, handOut, member))) voidAttempt();
    return c.body(null, 204);
  });

  app.post(`${ATTEMPT}/return`, (c) => {
    documented(c, 'return');
    if (!fleet.handOuts.giveBack(c.req.param('attempt'), taker(c).id)) voidAttempt();
    return c.body(null, 204);
  });
}

const documented = (c: Ctx, rest: string): void =>
  c.set('route', `/fleet/workers/{worker}/attempts/{attempt}/${rest}`);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
