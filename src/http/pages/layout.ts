import { signDefinitions } from '../../report/svg/sign.ts';
import { markup, type Markup } from '../../report/text/markup.ts';

export interface Layout {
  readonly title: string;
  readonly main: Markup;
  /** Addresses of module scripts, all of them assets. */
  readonly scripts: readonly string[];
  /** Events that keep the page up to date; null for a page that stays as it is. */
  readonly events: string | null;
  /** True when the visitor has a session that can be ended. */
  readonly signedIn?: boolean;
}

/** Renders a page of the service around its main part. */
export function layout({ title, main, scripts, events, signedIn = false }: Layout): string {
  const tags = scripts.map((src) => markup`<script type="module" src="${src}"></script>`);
  const live = events === null ? null : markup` data-live="${events}"`;
  const end = signedIn
    ? markup`<form method="post" action="/session/end"><button class="plain">Sign out</button></form>`
    : null;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/matrix.css">
${tags}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<nav class="site" aria-label="Site"><a class="brand" href="/">Matrix</a><a href="/runs">Runs</a><a href="/queue">Queue</a><a href="/docs">API</a>${end}</nav>
${signDefinitions()}<main id="main" tabindex="-1"${live}>${main}</main>
</body>
</html>
`;
  return page.toString();
}
