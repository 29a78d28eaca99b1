import { PLAIN_OPTIONS } from '../../../domain/run/plain-options.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { formField, linesField } from './form-field.ts';
import type { FormProblem, RunForm } from '../model.ts';

/** Plain options of which few runs need one; a number has a field, which is always among these. */
const FOLDED = PLAIN_OPTIONS.filter(({ number, form }) => number !== null || form.isFolded);

/** Fields that are folded away until one of them is used. */
export const MORE_FIELDS: readonly string[] = [
  'loop',
  'arg',
  'cache',
  'debian-package',
  ...FOLDED.map(({ word }) => word),
];

/** Renders options that few runs need. It starts open where one of them is chosen, or wrong. */
export function moreOptions(
  typed: RunForm['options'],
  problem: FormProblem | null,
  packages: readonly string[],
): Markup {
  const isUsed = MORE_FIELDS.some(
    (name) => !['', 'false'].includes(name === 'cache' ? cacheBox(typed) : (typed[name] ?? '')),
  );
  const isWrong = MORE_FIELDS.some((name) => name === problem?.field);
  const loop = {
    name: 'loop',
    label: 'Line of the only loop to measure',
    value: typed['loop'] ?? '',
    placeholder: '12',
  };
  const numbers = FOLDED.flatMap(({ word, number, form }) =>
    number === null
      ? []
      : [
          formField(
            {
              name: word,
              label: form.label,
              value: typed[word] ?? '',
              placeholder: number.example,
              ...(form.hint === null ? {} : { hint: form.hint }),
            },
            problem,
          ),
        ],
  );
  const boxes = FOLDED.filter(({ number }) => number === null);
  const debian = {
    name: 'debian-package',
    label: 'Debian packages',
    value: typed['debian-package'] ?? '',
    placeholder: packages.join(', '),
  };
  const args = {
    name: 'arg',
    label: 'Arguments of the script',
    value: typed['arg'] ?? '',
    placeholder: '',
    hint: 'One a line.',
  };
  return markup`<details class="settings"${isUsed || isWrong ? markup` open` : null}>
  <summary>More options</summary>
  <div class="pair">${formField(loop, problem)}${numbers}</div>
  ${linesField(args, problem)}
  ${packages.length === 0 ? null : formField(debian, problem)}
  ${boxes.map(({ word, form }) => box(word, 'true', form.label, typed[word] === 'true'))}
  ${box('cache', 'false', 'Measure again what an earlier run has measured', cacheBox(typed) === 'true')}
</details>`;
}

/** Whether the box is ticked that refuses earlier results. */
const cacheBox = (typed: RunForm['options']): string => String(typed['cache'] === 'false');

function box(name: string, value: string, label: string, isTicked: boolean): Markup {
  const checked = isTicked ? markup` checked` : null;
  return markup`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${checked}/>${label}</label><br/>`;
}
