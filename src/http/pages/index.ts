export { assets } from './assets.ts';
export { comparePage } from './compare/compare-page.ts';
export { errorPage } from './error-page.ts';
export { EXAMPLE, EXAMPLE_ADDRESS } from './example.ts';
export { homePage } from './home-page.ts';
export { EMPTY_FORM, formOfRun } from './form/form-of-run.ts';
export type { FormProblem, HomePageModel, RunForm } from './model.ts';
export { queuePage } from './list/queue-page.ts';
export { runsPage } from './list/runs-page.ts';
export { runPage } from './run-page.ts';
export { signInPage } from './sign-in-page.ts';

/**
 * The policy every page is sent with. The exported file (`report.html`) has its own: HTML_POLICY of report/html.ts.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
