import { readFileSync } from 'node:fs';
import { pageScript } from '../../report/page/page-script.ts';
import { pageCss } from '../../report/page/css/index.ts';
import { siteCss } from './css.ts';
import { icon } from './icon.ts';

export interface Asset {
  readonly contentType: string;
  readonly body: string;
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** Serves the client's own modules, JavaScript as it is: nothing is built to serve a page. */
function clientModule(name: string): Asset {
  return {
    contentType: JAVASCRIPT,
    body: readFileSync(new URL(`./client/${name}`, import.meta.url), 'utf8'),
  };
}

/** Everything a page loads, by path. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ['/assets/matrix.css', { contentType: 'text/css; charset=utf-8', body: `${pageCss}${siteCss}` }],
  ['/assets/icon.svg', { contentType: 'image/svg+xml', body: icon }],
  ['/assets/page.js', { contentType: JAVASCRIPT, body: pageScript }],
  ...['live.js', 'drawing.js', 'scale.js', 'parts.js', 'queue.js'].map(
    (name) => [`/assets/${name}`, clientModule(name)] as const,
  ),
]);
