import { markup, type Markup } from '../../../report/text/markup.ts';

/** Options of the form that are checkboxes. */
const BOXES = [
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
  {
    name: 'keep-sleep',
    label: 'Keep the script’s sleeps',
    hint: 'Otherwise a loop that mostly waits has its sleeps cut to 1 ms, and the result says so.',
  },
] as const;

/** Renders checkboxes for the options of a run. `typed` holds `true` for those that are ticked. */
export function optionBoxes(typed: Readonly<Record<string, string>>): readonly Markup[] {
  return BOXES.map(({ name, label, hint }) => {
    const mark = typed[name] === 'true' ? markup` checked` : null;
    return markup`<label class="choice"><input type="checkbox" name="${name}" value="true"${mark}/>${label}</label>
<p class="hint">${hint}</p>`;
  });
}
