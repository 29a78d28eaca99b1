import type { CountedObjects } from '../domain/leak/counted-objects.ts';
import type { Finding, MadeObjects, ObjectFinding, RubyPlace } from '../domain/leak/explanation.ts';

/** Objects that stay, at a line of the script. */
type Staying = ObjectFinding & { readonly script: RubyPlace };

/** Selects the findings whose objects can be counted where they are made: not those of one object that grows. */
export const stayingObjects = (findings: readonly Finding[]): readonly Staying[] =>
  findings.flatMap((one) =>
    one.kind === 'objects' && one.script !== null && one.objectsPerIteration > 0
      ? [{ ...one, script: one.script }]
      : [],
  );

/**
 * Looks up how many objects are made where objects stay; 0 at lines and of classes of which none were. undefined where
 * they were not counted, or nothing stays.
 */
export function madeWhere(
  staying: readonly Staying[],
  counted: readonly CountedObjects[] | null,
  iterations: number,
): MadeObjects | undefined {
  if (counted === null || staying.length === 0 || iterations <= 0) return undefined;
  const same = Map.groupBy(staying, ({ script, className }) =>
    JSON.stringify([script.file, script.line, className]),
  );
  const places = [...same.values()].flatMap(([first]) => {
    if (first === undefined) return [];
    const { script, className } = first;
    const there = counted.find((one) => one.line === script.line && one.className === className);
    return [{ script, className, objects: there?.objects ?? 0 }];
  });
  return { iterations, places };
}
