/** Style of frames: a colour and a pattern for each kind of memory, in light and dark. */
export const framesCss = `
:root { --native: #f2b8a8; --objects: #a9c8f2; --outside: #d9c2ee; --unnamed: #e3e5e9; --mixed: #e8dfc4; --on-frame: #17191d; }
@media (prefers-color-scheme: dark) { :root { --native: #8f3b2a; --objects: #27548f; --outside: #5f4382; --unnamed: #3a3f49; --mixed: #5b5233; --on-frame: #fff; } }
.frame text { fill: var(--on-frame); font: 13px ui-monospace, "DejaVu Sans Mono", monospace; paint-order: stroke; stroke-width: 3px; stroke-linejoin: round; white-space: pre; }
.of-native .fill { fill: var(--native); } .of-objects .fill { fill: var(--objects); } .of-outside .fill { fill: var(--outside); }
.of-unnamed .fill { fill: var(--unnamed); } .of-mixed .fill { fill: var(--mixed); }
.of-native text { stroke: var(--native); } .of-objects text { stroke: var(--objects); } .of-outside text { stroke: var(--outside); }
.of-unnamed text { stroke: var(--unnamed); } .of-mixed text { stroke: var(--mixed); }
.of-native .pattern { fill: url(#of-native); } .of-objects .pattern { fill: url(#of-objects); } .of-outside .pattern { fill: url(#of-outside); }
.of-unnamed .pattern { fill: url(#of-unnamed); } .of-mixed .pattern { fill: none; }
pattern { fill: var(--on-frame); stroke: var(--on-frame); }
pattern circle { stroke: none; }
.pattern { opacity: .2; }
.frame a:focus-visible { outline: 0; } .frame a:focus-visible .fill, .frame a:hover .fill { stroke: var(--focus); stroke-width: 6; }
.frame a text { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
`;
