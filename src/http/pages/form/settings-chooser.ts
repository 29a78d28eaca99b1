import { CHOICES } from '../../../domain/cell/axis-values.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { linesField } from './form-field.ts';
import type { FormProblem } from '../model.ts';

/** Labels for axis values that would say little by themselves. */
const AXES = [
  { name: 'jit', label: 'JIT compiler', texts: { off: 'off' } },
  { name: 'allocator', label: 'Allocator', texts: { default: 'the image’s own' } },
  {
    name: 'arenas',
    label: 'Arenas of malloc',
    texts: { 1: 'one', 2: 'two', default: 'as many as it makes' },
  },
] as const;

const HINT = 'One a line; commas between values to compare.';
const VARIABLES = {
  name: 'env',
  label: 'Variables',
  placeholder: 'RUBY_GC_HEAP_GROWTH_FACTOR=1.1,1.8',
  hint: HINT,
};
const OTHERS = {
  name: 'with',
  label: 'Other settings',
  placeholder: 'ruby-options=--enable=frozen-string-literal',
  hint: HINT,
};

/**
 * Renders the settings to tick and the variables to type: every combination is a cell of each ruby. It starts
 * open where something in it is chosen, or wrong.
 */
export function settingsChooser(
  typed: Readonly<Record<string, string>>,
  problem: FormProblem | null,
): Markup {
  const given = (typed['with'] ?? '').split('\n').filter((line) => line.trim() !== '');
  const chosen = new Set(given);
  const boxed = new Set(AXES.flatMap(({ name }) => CHOICES[name].map((value) => `${name}=${value}`)));
  const others = given.filter((line) => !boxed.has(line)).join('\n');
  const env = typed['env'] ?? '';
  const isWrong = problem !== null && ['with', 'env'].includes(problem.field ?? '');
  const open = isWrong || env !== '' || (typed['with'] ?? '') !== '' ? markup` open` : null;
  const sets = AXES.map(({ name, label, texts }) => {
    const boxes = CHOICES[name].map((value) => box(`${name}=${value}`, nameOf(texts, value), chosen));
    return markup`<fieldset class="axis"><legend>${label}</legend>${boxes}</fieldset>`;
  });
  return markup`<details class="settings"${open}>
  <summary>Settings to compare</summary>
  <p class="hint">A cell for each combination, on every ruby that can have it. Nothing ticked: no JIT, the image’s own
    allocator, one arena.</p>
  ${sets}
  ${linesField({ ...OTHERS, value: others }, problem)}
  ${linesField({ ...VARIABLES, value: env }, problem)}
</details>`;
}

const nameOf = (texts: Readonly<Record<string, string>>, value: string): string => texts[value] ?? value;

function box(value: string, text: string, chosen: ReadonlySet<string>): Markup {
  const checked = chosen.has(value) ? markup` checked` : null;
  return markup`<label><input type="checkbox" name="with" value="${value}"${checked}/>${text}</label>`;
}
