import { curveCss } from '../../page/css/plots.ts';
import { framesCss } from '../frames-css.ts';

/** Style of a picture that is shown alone, on a tracker's light or dark page. */
export const stillCss: string = `
:root { --paper: #fff; --ink: #17191d; --soft: #545b68; --focus: #1c57d9; --edge: #d5d9e0; --leak: #b42318; --clean: #19764f; --inconclusive: #855300; --failed: #565d6b; --active: #2a5bd0; }
@media (prefers-color-scheme: dark) { :root { --paper: #131519; --ink: #e8eaee; --soft: #a6adba; --focus: #8ab4ff; --edge: #363b45; --leak: #ff8d83; --clean: #5cd0a0; --inconclusive: #efb64a; --failed: #a9b0bd; --active: #8ab4ff; } }
.paper { fill: var(--paper); }
.sentence { fill: var(--ink); font: 600 15px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.title { fill: var(--soft); font: 13px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.name { fill: var(--ink); font: 600 14px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.plot { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
${framesCss}${curveCss}`;
