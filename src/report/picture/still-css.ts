import { framesCss } from './frames-css.ts';

/** Style of a picture that is shown alone, on a tracker's light or dark page. */
export const stillCss: string = `
:root { --paper: #fff; --ink: #17191d; --soft: #545b68; --focus: #1c57d9; }
@media (prefers-color-scheme: dark) { :root { --paper: #131519; --ink: #e8eaee; --soft: #a6adba; --focus: #8ab4ff; } }
.paper { fill: var(--paper); }
.sentence { fill: var(--ink); font: 600 15px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.title { fill: var(--soft); font: 13px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
${framesCss}`;
