import { markup, type Markup } from '../../../report/text/markup.ts';
import { printable } from '../../../report/text/printable.ts';
import type { FormProblem } from '../model.ts';

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  /** Kind of text that it takes. */
  readonly type?: 'text' | 'search' | 'date';
}

/** Renders a text field, with its label above and its problem below. */
export function formField(
  { name, label, value, placeholder, type = 'text' }: FormField,
  problem: FormProblem | null,
): Markup {
  return markup`<div>
  <label class="field" for="${name}">${label}</label>
  <input id="${name}" name="${name}" type="${type}" value="${value}" placeholder="${placeholder}"
    autocomplete="off" spellcheck="false"${markedAs(problem, name)}/>
  ${problemOf(problem, name)}
</div>`;
}

/** Makes the attributes that link a field to its problem and focus it. */
export function markedAs(problem: FormProblem | null, field: string): Markup {
  const described = markup` aria-describedby="${field}-problem"`;
  return problem?.field === field ? markup`${described} aria-invalid="true" autofocus` : described;
}

/** Renders the place for a field's problem; empty while there is none. */
export function problemOf(problem: FormProblem | null, field: string): Markup {
  const text = problem?.field === field ? printable(problem.message) : '';
  return markup`<p class="problem" id="${field}-problem">${text}</p>`;
}

export interface LinesField extends FormField {
  readonly hint: string;
}

/** Renders a field for several lines of text, with its label above, and its hint and problem below. */
export function linesField(
  { name, label, value, placeholder, hint }: LinesField,
  problem: FormProblem | null,
): Markup {
  // HTML drops the first line break of a textarea.
  return markup`<div>
  <label class="field" for="${name}">${label}</label>
  <textarea id="${name}" name="${name}" rows="2" spellcheck="false" autocapitalize="off" autocomplete="off"
    placeholder="${placeholder}"${markedAs(problem, name)}>
${value}</textarea>
  <p class="hint">${hint}</p>
  ${problemOf(problem, name)}
</div>`;
}
