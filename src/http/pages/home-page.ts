import { markup, type Markup } from '../../report/text/markup.ts';
import { printable } from '../../report/text/printable.ts';
import { EXAMPLE_ADDRESS } from './example.ts';
import { basedOnFields, basedOnNote } from './form/based-on.ts';
import { formField, linesField, markedAs, problemOf } from './form/form-field.ts';
import { MORE_FIELDS, moreOptions } from './form/more-options.ts';
import { otherScripts } from './form/other-scripts.ts';
import { latestRuns } from './list/latest-runs.ts';
import { fleetTable } from './fleet-table.ts';
import { layout } from './layout.ts';
import type { FormProblem, HomePageModel } from './model.ts';
import { optionBoxes } from './form/option-boxes.ts';
import { rubyChooser } from './form/ruby-chooser.ts';
import { settingsChooser } from './form/settings-chooser.ts';

const FIELDS = ['script', 'name', 'ruby', 'budget', 'without', 'with', 'env', 'gem', 'token', 'other'].concat(
  MORE_FIELDS,
);

/**
 * Renders a box to paste a script into, rubies to choose, and the latest runs. It works without JavaScript.
 */
export function homePage(model: HomePageModel): string {
  const { latest, problem, signedIn, fleet = null } = model;
  const isLoose = problem !== null && !FIELDS.includes(problem.field ?? '');
  const loose = isLoose ? markup`<p class="problem" role="alert">${printable(problem.message)}</p>` : null;
  const main = markup`<h1>Which rubies leak?</h1>
<p>
  Paste a script that repeats what you suspect. Its loop runs on every ruby you choose, each in a container of its own;
  the answer is one sentence for your bug report, and the numbers behind it.
  <a href="${EXAMPLE_ADDRESS}">Try an example: Ruby bug #14372</a>.
</p>
${loose}
${basedOnNote(model.form.basedOn)}
${runForm(model)}
${latestRuns(latest)}
${fleet === null ? null : fleetTable(fleet)}`;
  return layout({ title: 'Matrix: which rubies leak?', main, scripts: [], events: null, signedIn });
}

function runForm({ matrix, form, problem, signedIn }: HomePageModel): Markup {
  const name = { name: 'name', label: 'Its name', value: form.name, placeholder: 'repro.rb' };
  const usual = String(matrix.defaults.budgetSeconds);
  const budget = {
    name: 'budget',
    label: 'Seconds per ruby',
    value: form.options['budget'] ?? '',
    placeholder: usual,
  };
  const without = {
    name: 'without',
    label: 'Compare without lines',
    value: form.options['without'] ?? '',
    placeholder: '12,15..17',
    hint: 'A variant of the script for each line here.',
  };
  // HTML drops the first line break of a textarea.
  return markup`<form class="run" method="post" action="/runs">
  <div>
    <label class="field" for="script">Script</label>
    <textarea id="script" name="script" class="code" rows="14" required spellcheck="false" autocapitalize="off"
      autocomplete="off"${markedAs(problem, 'script')}>
${form.script}</textarea>
    ${problemOf(problem, 'script')}
    <div class="pair">${formField(name, problem)}${formField(budget, problem)}</div>
    ${linesField(without, problem)}
    ${matrix.gems.clients ? gemField(form.options['gem'] ?? '', problem) : null}
    ${settingsChooser(form.options, problem)}
    ${otherScripts(form.others, problem)}
    ${moreOptions(form.options, problem, matrix.clientPackages ?? [])}
  </div>
  <div>
    ${rubyChooser(matrix, form.rubies, problem)}
    ${optionBoxes(form.options)}
    ${basedOnFields(form.basedOn, form.options['gemfile'] ?? '')}
    ${signedIn ? null : tokenField(problem)}
    <button class="main">Run</button>
  </div>
</form>`;
}

function gemField(value: string, problem: FormProblem | null): Markup {
  const field = { name: 'gem', label: 'Gems', value, placeholder: 'nokogiri oj=3.11.8,3.12.0' };
  return markup`${formField(field, problem)}
<p class="hint">Several versions of a gem: a cell each.</p>`;
}

function tokenField(problem: FormProblem | null): Markup {
  return markup`<label class="field" for="token">Token</label>
<input id="token" name="token" type="password" required autocomplete="current-password"${markedAs(problem, 'token')}/>
<p class="hint">The one this service was started with (MATRIX_TOKEN or --token-file); asked for once.</p>
${problemOf(problem, 'token')}`;
}
