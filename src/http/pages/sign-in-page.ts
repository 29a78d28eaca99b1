import { markup } from '../../report/text/markup.ts';
import { printable } from '../../report/text/printable.ts';
import { layout } from './layout.ts';

export interface SignInModel {
  /** Path to continue to, with its query. */
  readonly continueTo: string;
  /** What was wrong with the token that was given; null where none was. */
  readonly problem: string | null;
}

/** Renders a page that asks for the token, where the service shows nothing without it. */
export function signInPage({ continueTo, problem }: SignInModel): string {
  const wrong = problem === null ? null : printable(problem);
  const main = markup`<h1>This service is private</h1>
<p>Its runs are shown only to those who have a token.</p>
<form method="post" action="/session">
  <input type="hidden" name="to" value="${continueTo}"/>
  <label class="field" for="token">Token</label>
  <input id="token" name="token" type="password" required autofocus autocomplete="current-password" aria-describedby="token-problem"/>
  <p class="hint">The one this service was started with (MATRIX_TOKEN or --token-file).</p>
  <p class="problem" id="token-problem" role="alert">${wrong}</p>
  <button class="main">Sign in</button>
</form>`;
  return layout({ title: 'Sign in: Matrix', main, scripts: [], events: null });
}
