import { vi } from 'vitest';
import type { Explanation } from '../../../../src/domain/leak/explanation.ts';
import type { CellRecord } from '../../../../src/domain/run/record.ts';
import type * as explaining from '../../../../src/engine/explain/explain-cell.ts';
import type { ExplainJob } from '../../../../src/engine/cell-runner.ts';
import { EngineError } from '../../../../src/engine/ports.ts';
import type * as measuring from '../../../../src/engine/measure/measure-cell.ts';
import { explanation, native } from '../../report/explain/findings.ts';
import { failed } from '../../report/records.ts';

/** What is in the place of measuring and of explaining cells; a test of what calls them sets it. */
export const canned = {
  /** By id. */
  cells: new Map<string, CellRecord>(),
  /** `measure 2.3.6`, `leak 2.3.6`, `comparison 2.4.10`, in order. */
  calls: [] as string[],
  /** Plans of the explanations, in order. */
  plans: [] as ExplainJob[],
  /** What an explanation waits for, or how it fails; by id. */
  held: new Map<string, () => Promise<void>>(),
  clear(cells: readonly CellRecord[]): void {
    canned.cells = new Map(cells.map((cell) => [cell.id, cell]));
    canned.calls = [];
    canned.plans = [];
    canned.held.clear();
  },
};

export const measureCell = vi.fn<typeof measuring.measureCell>(
  async ({ configuration: { id, ruby } }, { containers }, watcher, signal) => {
    canned.calls.push(`measure ${id}`);
    await containers.prepare(ruby, () => {}, signal);
    watcher.state('measuring', null);
    return { cell: canned.cells.get(id) ?? failed(id), traces: [], image: `image-${ruby.name}` };
  },
);

export const explainCell = vi.fn<typeof explaining.explainCell>(
  async (plan, { containers }, signal): Promise<Explanation> => {
    const { id, ruby } = plan.cell.configuration;
    canned.calls.push(`${plan.role} ${id}`);
    canned.plans.push(plan);
    const stopped = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([canned.held.get(id)?.(), stopped]);
    const prepared = await containers.prepare(ruby, () => {}, signal);
    if (signal.aborted || !prepared.ok) return explanation([], { role: plan.role, notes: ['cut off'] });
    return explanation(plan.role === 'leak' ? [native()] : [], { role: plan.role });
  },
);

export const gone = (): never => {
  throw new EngineError('the engine is gone');
};
