import { releaseSeries } from '../../domain/ruby/version.ts';
import { availabilityOf, type RubyPresence } from '../../engine/ruby-presence.ts';
import type { App, HttpDeps } from '../context.ts';
import { jsonResponse } from '../answers/responses.ts';
import { json, problems, route } from '../answers/route.ts';
import { rubiesSchema } from '../answers/schemas.ts';

/** Asking the engine for every image is expensive, so the answer is kept for a while. */
const FRESH_MS = 10_000;

/** Adds `GET /rubies`. */
export function addRubiesRoute(app: App, { service, matrix, clock }: HttpDeps): void {
  let known: { readonly atMs: number; readonly presence: Promise<readonly RubyPresence[] | null> } | null =
    null;
  const presence = (): Promise<readonly RubyPresence[] | null> => {
    const atMs = clock.now();
    if (known === null || atMs - known.atMs > FRESH_MS) known = { atMs, presence: service.presence() };
    return known.presence;
  };
  const inDefault = new Set(matrix.defaultSet);
  route(
    app,
    {
      method: 'get',
      path: '/rubies',
      summary: 'The rubies of the matrix, and whether their images are available',
      responses: { 200: json(rubiesSchema, 'In release order'), ...problems() },
    },
    async () => {
      const here = await presence();
      const byName = here === null ? null : new Map(here.map((one) => [one.ruby, one]));
      const rubies = matrix.rubies.map((ruby) => ({
        name: ruby.name,
        series: releaseSeries(ruby.version),
        default: inDefault.has(ruby.name),
        sources: ruby.sources.map((source) => source.kind),
        image: byName === null ? 'unknown' : availabilityOf(byName.get(ruby.name)),
      }));
      return jsonResponse({ rubies });
    },
  );
}
