import type { CellId } from '../../domain/cell/cell-id.ts';
import type { Explanation, Finding } from '../../domain/leak/explanation.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { sameFinding } from '../../explain/native/same-site.ts';

/** A finding on one cell. */
export interface Member<F extends Finding = Finding> {
  readonly cell: CellId;
  readonly finding: F;
  readonly explanation: Explanation;
}

/** One finding, on every ruby that has it, in release order. Never empty. */
export type FindingGroup<F extends Finding = Finding> = readonly [Member<F>, ...Member<F>[]];

/** A cell that was explained. */
export interface Explained {
  readonly cell: CellRecord;
  readonly explanation: Explanation;
}

/** Selects the cells with an explanation of that role, in release order. */
export function explainedCells(run: RunRecord, role: Explanation['role']): readonly Explained[] {
  return orderedCells(run).flatMap((cell) =>
    cell.explanation?.role === role ? [{ cell, explanation: cell.explanation }] : [],
  );
}

/**
 * Groups findings over all rubies, so that the same finding is shown once. In the order of the rubies; those
 * that begin with the same ruby largest first.
 */
export function groupFindings(run: RunRecord): readonly FindingGroup[] {
  const groups: [Member, ...Member[]][] = [];
  for (const { cell, explanation } of explainedCells(run, 'leak')) {
    const found = explanation.findings.toSorted((a, b) => b.bytesPerIteration - a.bytesPerIteration);
    const fresh: [Member][] = [];
    for (const finding of found) {
      const member = { cell: cell.id, finding, explanation };
      // Two findings of one ruby stay separate, however similar: the tracer distinguished them.
      const home = groups.find(
        (group) => sameFinding(group[0].finding, finding) && group.every((one) => one.cell !== cell.id),
      );
      if (home === undefined) fresh.push([member]);
      else home.push(member);
    }
    groups.push(...fresh);
  }
  return groups;
}

/** Tells whether the members are of a kind; a group has one kind only, so its first member decides. */
export function isOf<K extends Finding['kind']>(
  group: FindingGroup,
  kind: K,
): group is FindingGroup<Extract<Finding, { kind: K }>> {
  return group[0].finding.kind === kind;
}
