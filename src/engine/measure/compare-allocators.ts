import { POLICY } from '../../analysis/policy.ts';
import {
  allocatorHoldsMuch,
  arenasOf,
  keptByAllocator,
  holdsMuch,
  threadsAllocate,
} from '../../analysis/resident.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import type { HeldWith, Resident } from '../../domain/measurement/verdict.ts';
import type { JudgedStretch } from './judge-loops.ts';
import type { PassPlan, PassResult } from './pass.ts';

/** A setting of the allocator that is compared with others. */
export type ComparedSettings = Pick<Settings, 'arenas' | 'allocator'>;

/** Runs a container with these settings instead of the plan's; a text tells why a setting is unavailable. */
export type RunWith = (
  settings: ComparedSettings,
  how: Pick<PassPlan, 'focus' | 'confirming' | 'policy'> & { readonly watchesAllocator: true },
  budgetSeconds: number,
) => Promise<PassResult | string>;

/** Longest time that the containers run: memory that the allocator keeps shows soon. */
const MOST_SECONDS = 8;

/**
 * Lists the settings to compare: first an application's defaults, then what people are advised to try. Arenas
 * matter only where several threads allocate, and then even if hardly anything is left at a checkpoint.
 */
function settingsFor(resident: Resident, worst: JudgedStretch): readonly ComparedSettings[] {
  if (threadsAllocate(worst.samples) && holdsMuch(resident))
    return [{ arenas: 'default' }, { arenas: '2' }, { allocator: 'jemalloc' }];
  return allocatorHoldsMuch(resident) ? [{ arenas: 'default' }, { allocator: 'jemalloc' }] : [];
}

/**
 * Runs the loop of a clean script with other settings of the allocator, side by side, to show that freed
 * memory stays resident because of it. Null where there is nothing to show, or the run's cells differ in
 * those settings anyway.
 */
export async function compareAllocators(
  worst: JudgedStretch,
  settings: Settings,
  { memoryMiB }: Limits,
  run: RunWith,
): Promise<JudgedStretch | null> {
  const { result, stretch } = worst;
  if (result === null || result.verdict.kind !== 'clean' || result.verdict.resident === null) return null;
  if (settings.arenas !== undefined || settings.allocator !== undefined) return null;
  const { verdict } = result;
  const { resident } = result.verdict;
  const asked = settingsFor(result.verdict.resident, worst);
  if (asked.length === 0) return null;
  const focus = { site: stretch.site, context: stretch.context };
  const how = { focus, confirming: false, policy: POLICY, watchesAllocator: true } as const;
  const seconds = Math.min(MOST_SECONDS, Math.max(2, worst.pass.seconds));
  const compared = await Promise.all(
    asked.map(async (one) => heldWith(one, await run(one, how, seconds), memoryMiB)),
  );
  return { ...worst, result: { ...result, verdict: { ...verdict, resident: { ...resident, compared } } } };
}

function heldWith(asked: ComparedSettings, pass: PassResult | string, memoryMiB: number): HeldWith {
  const setting = Object.entries(asked).map(([axis, value]) => `${axis}=${value}`)[0] ?? '';
  const none = { setting, heldBytes: null, arenas: null, outOfMemory: false };
  if (typeof pass === 'string') return { ...none, unavailable: pass };
  const { samples } = pass.trace;
  const arenas = asked.arenas === undefined ? null : arenasOf(samples);
  // The allocator may keep all of the memory: that is a result, too.
  if (pass.failure?.kind === 'out-of-memory')
    return { ...none, heldBytes: memoryMiB * 2 ** 20, arenas, outOfMemory: true, unavailable: null };
  if (pass.failure !== null) return { ...none, unavailable: pass.failure.message };
  return { ...none, heldBytes: keptByAllocator(samples), arenas, unavailable: null };
}
