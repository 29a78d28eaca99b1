export const baseCss = `
:root { color-scheme: light dark;
  --paper: #fff; --raised: #f5f6f8; --ink: #17191d; --soft: #545b68; --edge: #d5d9e0; --focus: #1c57d9; --link: #1c4fc4;
  --leak: #b42318; --clean: #19764f; --inconclusive: #855300; --failed: #565d6b; --active: #2a5bd0; --on: #fff; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #131519; --raised: #1c1f25; --ink: #e8eaee; --soft: #a6adba; --edge: #363b45; --focus: #8ab4ff; --link: #8ab4ff;
  --leak: #ff8d83; --clean: #5cd0a0; --inconclusive: #efb64a; --failed: #a9b0bd; --active: #8ab4ff; --on: #131519; } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1560px; padding: 16px clamp(16px, 3vw, 40px) 48px; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.25rem, 1rem + 1.2vw, 1.9rem); line-height: 1.25; margin: 0 0 12px; max-width: 62ch; text-wrap: pretty; }
h2 { font-size: 1.1rem; margin: 36px 0 12px; }
p { margin: 0 0 12px; }
a { color: var(--link); text-underline-offset: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
code, pre, textarea.code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875rem; }
pre { background: var(--raised); border: 1px solid var(--edge); border-radius: 6px; margin: 0 0 12px; max-height: 32rem; overflow: auto; overflow-wrap: normal; padding: 12px; }
.hint { color: var(--soft); font-size: .875rem; }
button, .button { background: var(--raised); border: 1px solid var(--soft); border-radius: 6px; color: var(--ink); cursor: pointer; display: inline-block; font: inherit; min-height: 40px; padding: 6px 14px; text-decoration: none; }
button[disabled], .button[disabled] { cursor: default; opacity: .6; }
button:hover:not([disabled]), .button:hover:not([disabled]) { border-color: var(--ink); }
button.main { background: var(--link); border-color: var(--link); color: var(--paper); font-weight: 600; }
.skip { left: 8px; position: absolute; top: -80px; }
.skip:focus { background: var(--paper); padding: 8px; top: 8px; z-index: 2; }
.needs-script, .needs-followed { visibility: hidden; }
.scripted .needs-script, .followed .needs-followed { visibility: visible; }
@media (prefers-reduced-motion: no-preference) { .measuring > .mark { animation: pulse 1.6s ease-in-out infinite; } @keyframes pulse { 50% { opacity: .55; } } }
@media print { .actions, .files, .files-label, .choices, .skip { display: none; } pre, .scroll { max-height: none; overflow: visible; } }
`;
