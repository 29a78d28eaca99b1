import { markup, type Markup } from '../../../report/text/markup.ts';
import { formField, markedAs, problemOf } from '../form/form-field.ts';
import type { FormProblem } from '../model.ts';

/** Choices of a field, the first one meaning any. */
const VERDICTS = [
  ['', 'any verdict'],
  ['leak', 'leak'],
  ['clean', 'clean'],
  ['inconclusive', 'inconclusive'],
  ['unmeasured', 'not measured'],
] as const;
const STATES = [
  ['', 'finished or not'],
  ['finished', 'finished'],
  ['unfinished', 'running or waiting'],
] as const;

/** Fields that are folded away until one of them is used. */
const FOLDED = ['ruby', 'setting', 'from', 'to', 'state', 'mine'];

type Typed = Readonly<Record<string, string>>;

/**
 * Renders the fields to search runs by. They make up the address of what was found.
 * @param kept fields of the address that stay as they are
 */
export function filterForm(
  typed: Typed,
  problem: FormProblem | null,
  signedIn: boolean,
  kept: Typed,
): Markup {
  const isOpen = FOLDED.some((name) => typed[name] !== undefined || problem?.field === name);
  const hidden = Object.entries(kept).map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}"/>`,
  );
  return markup`<form class="filter" method="get" action="/runs" role="search">
  ${hidden}
  <div class="searched">
    ${field('q', 'Text in script, name or result', 'Thread.new', typed, problem, 'search')}
    ${choice('verdict', 'Verdict', VERDICTS, typed, problem)}
    <button class="main">Search</button>
  </div>
  <details class="settings"${isOpen ? markup` open` : null}>
    <summary>Rubies, settings, dates</summary>
    <div class="filters">
      ${field('ruby', 'Rubies', '2.2..2.5, 3.4', typed, problem)}
      ${field('setting', 'Settings', 'yjit arenas=2', typed, problem)}
      ${field('from', 'From (UTC)', '', typed, problem, 'date')}
      ${field('to', 'To (UTC)', '', typed, problem, 'date')}
      ${choice('state', 'State', STATES, typed, problem)}
      ${signedIn ? mine(typed) : null}
    </div>
    <p class="hint">Verdict, ruby and settings are those of one and the same cell.</p>
  </details>
</form>`;
}

const field = (
  name: string,
  label: string,
  placeholder: string,
  typed: Typed,
  problem: FormProblem | null,
  type: 'search' | 'date' | 'text' = 'text',
): Markup => formField({ name, label, value: typed[name] ?? '', placeholder, type }, problem);

function choice(
  name: string,
  label: string,
  choices: readonly (readonly [value: string, text: string])[],
  typed: Typed,
  problem: FormProblem | null,
): Markup {
  const options = choices.map(([value, text]) => {
    const selected = (typed[name] ?? '') === value ? markup` selected` : null;
    return markup`<option value="${value}"${selected}>${text}</option>`;
  });
  return markup`<div>
  <label class="field" for="${name}">${label}</label>
  <select id="${name}" name="${name}"${markedAs(problem, name)}>${options}</select>
  ${problemOf(problem, name)}
</div>`;
}

function mine(typed: Typed): Markup {
  const checked = typed['mine'] === 'true' ? markup` checked` : null;
  return markup`<label class="choice"><input type="checkbox" name="mine" value="true"${checked}/>Only mine</label>`;
}
