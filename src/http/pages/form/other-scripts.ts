import { markup, type Markup } from '../../../report/text/markup.ts';
import type { FormProblem, RunForm } from '../model.ts';
import { markedAs, problemOf } from './form-field.ts';

/** Renders scripts to compare with, and room for one more. It starts open where there is one. */
export function otherScripts(others: RunForm['others'], problem: FormProblem | null): Markup {
  const fields = [...others, { name: '', script: '' }].map(({ name, script }, index) => {
    const [nameId, scriptId] = [`other-name-${index}`, `other-${index}`];
    // HTML drops the first line break of a textarea.
    return markup`<label class="field" for="${nameId}">Name of script ${index + 2}</label>
<input type="text" id="${nameId}" name="other-name" value="${name}" placeholder="after.rb" autocomplete="off" spellcheck="false"/>
<label class="field" for="${scriptId}">Script ${index + 2}</label>
<textarea id="${scriptId}" name="other" class="code" rows="6" spellcheck="false" autocapitalize="off" autocomplete="off"${markedAs(problem, 'other')}>
${script}</textarea>`;
  });
  const isOpen = others.length > 0 || problem?.field === 'other';
  return markup`<details class="settings"${isOpen ? markup` open` : null}>
  <summary>Compare with another script</summary>
  ${fields}
  ${problemOf(problem, 'other')}
</details>`;
}
