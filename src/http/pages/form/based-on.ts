import { markup, type Markup } from '../../../report/text/markup.ts';
import { printable } from '../../../report/text/printable.ts';
import type { RunForm } from '../model.ts';

/** Renders which run the form was filled with, and what of it cannot be in a form. */
export function basedOnNote(basedOn: RunForm['basedOn']): Markup | null {
  if (basedOn === null) return null;
  const { id, left } = basedOn;
  const without = left.length === 0 ? null : markup` Left out: ${printable(left.join('; '))}.`;
  return markup`<p>Filled with <a href="/runs/${id}">${id}</a>: edit it, and run it again. The new run says that it came from there.${without} <a href="/">Begin with nothing</a></p>`;
}

/** Renders what the form sends about the run that it was filled with. */
export function basedOnFields(basedOn: RunForm['basedOn'], gemfile: string): Markup | null {
  if (basedOn === null) return null;
  const { id, files, areWanted } = basedOn;
  const checked = areWanted ? markup` checked` : null;
  const box =
    files.length === 0
      ? null
      : markup`<label class="choice"><input type="checkbox" name="files" value="true"${checked}/>With the files beside it</label>
<p class="hint">${printable(files.join(', '))}</p>`;
  const named = gemfile === '' ? null : markup`<input type="hidden" name="gemfile" value="${gemfile}"/>`;
  return markup`<input type="hidden" name="based-on" value="${id}"/>${named}${box}`;
}
