import type { z } from '@hono/zod-openapi';
import { sentWork } from '../../engine/fleet/encode-work.ts';
import { heartbeatSchema, introductionSchema } from '../../protocol/schemas/fleet-schema.ts';
import { firstIssue } from '../../protocol/schemas/record-schema.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import { ProblemError } from '../answers/problem.ts';
import type { App, Ctx, FleetDeps, HttpDeps } from '../context.ts';
import { readBody, utf8 } from '../submit/read-body.ts';
import { memberOf, requireWorker, unknownWorker, voidAttempt } from './access.ts';
import { addAttemptRoutes } from './attempt-routes.ts';

/** The stock of an engine names each of its rubies. */
const MOST_BYTES = 4 * 2 ** 20;

/** Adds the addresses that workers use. They are between parts of the same version, and not in the documentation. */
export function addFleetRoutes(app: App, deps: HttpDeps, given: FleetDeps, guesses: TokenBuckets): void {
  const { fleet } = given;

  app.post('/fleet/workers', async (c) => {
    c.set('route', '/fleet/workers');
    const token = requireWorker(c, deps, given, guesses);
    const entered = fleet.enter(await bodyOf(c, introductionSchema), token.name);
    if (!entered.ok) throw new ProblemError('worker-refused', entered.message);
    return c.json(entered.value);
  });

  app.post('/fleet/workers/:worker/heartbeat', async (c) => {
    c.set('route', '/fleet/workers/{worker}/heartbeat');
    const member = memberOf(c, given, requireWorker(c, deps, given, guesses));
    const orders = await fleet.hear(member.id, await bodyOf(c, heartbeatSchema));
    return c.json(orders ?? unknownWorker());
  });

  app.delete('/fleet/workers/:worker', (c) => {
    c.set('route', '/fleet/workers/{worker}');
    fleet.leave(memberOf(c, given, requireWorker(c, deps, given, guesses)).id);
    return c.body(null, 204);
  });

  app.post('/fleet/workers/:worker/attempts/:attempt/take', (c) => {
    c.set('route', '/fleet/workers/{worker}/attempts/{attempt}/take');
    const member = memberOf(c, given, requireWorker(c, deps, given, guesses));
    const handOut = fleet.take(c.req.param('attempt'), member) ?? voidAttempt();
    return c.json(sentWork(handOut.work) as object);
  });

  addAttemptRoutes(app, deps, given, guesses);
}

/**
 * Reads a body that has to be of this form.
 * @throws {ProblemError}
 */
async function bodyOf<T extends z.ZodType>(c: Ctx, schema: T): Promise<z.output<T>> {
  let value: unknown;
  try {
    value = JSON.parse(utf8(await readBody(c, MOST_BYTES)));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('malformed-body', 'the body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ProblemError('malformed-body', firstIssue(parsed.error));
  return parsed.data;
}
