import type { Matrix, Ruby } from '../domain/ruby/ruby.ts';
import type { Fleet } from '../engine/fleet/fleet.ts';
import { EngineError, type Containers } from '../engine/ports.ts';
import type { RubyPresence } from '../engine/ruby-presence.ts';
import type { ServiceEngine } from '../engine/service/ports.ts';
import { defaultRubies, type Offline } from '../usecases/rubies/default-rubies.ts';
import { searchedRubies } from '../usecases/rubies/searched-rubies.ts';

/**
 * Makes what a service knows of an engine from what its workers report of theirs.
 * @throws {EngineError} while none of them can measure
 */
export function fleetEngine(
  fleet: Fleet,
  matrix: Matrix,
  gemVersions: NonNullable<Containers['gemVersions']>,
): ServiceEngine {
  const ping = async (): Promise<void> => {
    if (fleet.problem !== null) throw new EngineError(fleet.problem);
  };
  if (fleet.problem !== null) throw new EngineError(fleet.problem);
  const inventory = (rubies: readonly Ruby[]): readonly RubyPresence[] => presenceOf(fleet, rubies);
  const offline = (rubies: readonly Ruby[]): Offline | null => {
    const stocks = fleet.able().flatMap(({ stock }) => stock ?? []);
    if (stocks.some(({ registry }) => registry)) return null;
    return { presence: inventory(rubies), mayMakeDebian: stocks.some(({ debian }) => debian) };
  };
  return {
    containers: { prepare: elsewhere, withGems: elsewhere, start: elsewhere, gemVersions },
    ping,
    // Each worker sweeps its own engine.
    sweep: async () => undefined,
    inventory: async (rubies) => inventory(rubies),
    defaultRubies: async () => defaultRubies(matrix, offline(matrix.rubies)),
    searchedRubies: (asked) => searchedRubies(asked, matrix, async (rubies) => offline(rubies)),
  };
}

/** Merges what the engines of all workers have. */
function presenceOf(fleet: Fleet, rubies: readonly Ruby[]): readonly RubyPresence[] {
  const images = new Map<string, string>();
  const sources = new Set<string>();
  for (const { stock } of fleet.able())
    for (const { ruby, image, hasSource } of stock?.rubies ?? []) {
      if (image !== null) images.set(ruby, image);
      if (hasSource) sources.add(ruby);
    }
  return rubies.map(({ name, sources: given }) => ({
    ruby: name,
    image: images.get(name) ?? null,
    source: sources.has(name) ? (given[0] ?? null) : null,
  }));
}

function elsewhere(): never {
  throw new EngineError('this service measures on its workers only');
}
