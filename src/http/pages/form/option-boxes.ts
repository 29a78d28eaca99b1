import { PLAIN_OPTIONS } from '../../../domain/run/plain-options.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';

/** Options of the form that are checkboxes. */
const BOXES: readonly { readonly name: string; readonly label: string; readonly hint: string | null }[] = [
  {
    name: 'explain',
    label: 'Name the leak',
    hint: 'Finds the line, the C function, the object and what holds it: some seconds more for each leak.',
  },
  {
    name: 'bisect',
    label: 'Find where it changes',
    hint: 'Where the leak was introduced and fixed among the chosen rubies (none: every release), and only as many of them measured as that takes.',
  },
  ...PLAIN_OPTIONS.flatMap(({ word, number, form }) =>
    number === null && !form.isFolded ? [{ name: word, label: form.label, hint: form.hint }] : [],
  ),
];

/** Renders checkboxes for the options of a run. `typed` holds `true` for those that are ticked. */
export function optionBoxes(typed: Readonly<Record<string, string>>): readonly Markup[] {
  return BOXES.map(({ name, label, hint }) => {
    const mark = typed[name] === 'true' ? markup` checked` : null;
    return markup`<label class="choice"><input type="checkbox" name="${name}" value="true"${mark}/>${label}</label>
${hint === null ? null : markup`<p class="hint">${hint}</p>`}`;
  });
}
