import { baseCss } from './base.ts';
import { findingsCss } from './findings.ts';
import { numbersCss } from './numbers.ts';
import { picturesCss } from './pictures.ts';
import { plotsCss } from './plots.ts';
import { stripsCss } from './strips.ts';
import { runCss } from './run.ts';

/** Style of a run's page; the exported file carries it, the service serves it. */
export const pageCss: string = `${baseCss}${runCss}${plotsCss}${numbersCss}${findingsCss}${picturesCss}${stripsCss}`;
