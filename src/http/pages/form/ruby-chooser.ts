import type { Matrix, Ruby } from '../../../domain/ruby/ruby.ts';
import { isPlainRelease } from '../../../domain/ruby/release-order.ts';
import { releaseSeries } from '../../../domain/ruby/version.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { printable } from '../../../report/text/printable.ts';
import { markedAs, problemOf } from './form-field.ts';
import type { FormProblem } from '../model.ts';

/** Renders the rubies to choose, a whole series at once or release by release; others can be typed. */
export function rubyChooser(matrix: Matrix, chosen: readonly string[], problem: FormProblem | null): Markup {
  const plain = matrix.rubies.filter(isPlainRelease);
  const others = matrix.rubies.filter((ruby) => !isPlainRelease(ruby));
  const series = [...Map.groupBy(plain, (ruby) => releaseSeries(ruby.version))];
  const boxes = new Set([...matrix.rubies.map((ruby) => ruby.name), ...series.map(([name]) => name)]);
  const typed = chosen.filter((name) => !boxes.has(name)).join(', ');
  const rows = series.map(([name, rubies]) => seriesRow(name, rubies, chosen));
  const rest =
    others.length === 0
      ? null
      : markup`<li>
  <details${isOpen(others, chosen)}><summary>Others</summary>${releases(others, chosen)}</details>
</li>`;
  return markup`<fieldset class="rubies">
  <legend>Rubies</legend>
  <p class="hint">None chosen: the rubies that the script names, else the default set, ${matrix.defaultSet.join(', ')}.</p>
  <ul class="series">${rows}${rest}</ul>
  <label class="field" for="selectors">Or as you would type them</label>
  <input id="selectors" name="ruby" type="text" value="${typed}" placeholder="2.2..2.5, ~>3.1, all"
    autocomplete="off" spellcheck="false"${markedAs(problem, 'ruby')}/>
  ${problemOf(problem, 'ruby')}
</fieldset>`;
}

function seriesRow(name: string, rubies: readonly Ruby[], chosen: readonly string[]): Markup {
  const count = `${rubies.length} ${rubies.length === 1 ? 'release' : 'releases'}`;
  return markup`<li>
  ${box(name, name, chosen, `every release of ${name}`)}
  <details${isOpen(rubies, chosen)}>
    <summary><span class="unseen">${name}: </span>${count}</summary>
    ${releases(rubies, chosen)}
  </details>
</li>`;
}

function releases(rubies: readonly Ruby[], chosen: readonly string[]): Markup {
  const items = rubies.map((ruby) => box(ruby.name, printable(ruby.name), chosen, null));
  return markup`<div class="releases">${items}</div>`;
}

function box(value: string, text: string, chosen: readonly string[], title: string | null): Markup {
  const checked = chosen.includes(value) ? markup` checked` : null;
  const label = title === null ? null : markup` aria-label="${title}"`;
  return markup`<label><input type="checkbox" name="ruby" value="${value}"${checked}${label}/>${text}</label>`;
}

function isOpen(rubies: readonly Ruby[], chosen: readonly string[]): Markup | null {
  return rubies.some((ruby) => chosen.includes(ruby.name)) ? markup` open` : null;
}
