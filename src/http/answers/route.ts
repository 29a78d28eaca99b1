import { z, type RouteConfig } from '@hono/zod-openapi';
import type { App, Ctx } from '../context.ts';
import { PROBLEMS, problemSchema, type ProblemKind } from './problem.ts';

/** Adds a route together with its entry in the OpenAPI document. */
export function route(
  app: App,
  config: RouteConfig,
  handler: (c: Ctx) => Response | Promise<Response>,
): void {
  app.openAPIRegistry.registerPath(config);
  app.on(config.method.toUpperCase(), config.path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => {
    c.set('route', config.path);
    return handler(c);
  });
}

/**
 * Describes the problems a route may answer with, for the document. Every route may also answer 403 and 500.
 */
export function problems(...kinds: readonly ProblemKind[]): RouteConfig['responses'] {
  const byStatus = Map.groupBy([...kinds, 'foreign-host', 'internal'] as const, (kind) => PROBLEMS[kind][0]);
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      status,
      {
        description: [...new Set(same)].map((kind) => PROBLEMS[kind][1]).join(' '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

export const json = (schema: z.ZodType, description: string): RouteConfig['responses'][string] => ({
  description,
  content: { 'application/json': { schema } },
});

export const text = (description: string, ...types: readonly string[]): RouteConfig['responses'][string] => ({
  description,
  content: Object.fromEntries(types.map((type) => [type, { schema: z.string() }])),
});

export const runParams = z.object({
  id: z.string().openapi({
    param: { name: 'id', in: 'path' },
    example: '20261123-071502-repro-3f9a2c',
    description: 'Id of a run.',
  }),
});

/** Who may call a route that writes: see the security schemes of the document. */
export const WRITERS: NonNullable<RouteConfig['security']> = [{ token: [] }, { session: [] }];
