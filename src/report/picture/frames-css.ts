const PLAIN = ['mixed', 'freed'];
/** The colour of each kind, the same around its letters, and its pattern. */
const KINDS = ['native', 'objects', 'outside', 'unnamed', 'both', 'other', ...PLAIN]
  .map((kind) => {
    const pattern = PLAIN.includes(kind) ? 'none' : `url(#of-${kind})`;
    return `.of-${kind} { --kind: var(--${kind}); } .of-${kind} .pattern { fill: ${pattern}; }`;
  })
  .join('\n');

/** Style of frames: a colour and a pattern for each kind of memory, in light and dark. */
export const framesCss = `
:root { --native: #f2b8a8; --objects: #a9c8f2; --outside: #d9c2ee; --unnamed: #e3e5e9; --mixed: #e8dfc4; --freed: #d3d6db; --both: #cfe3d2; --other: #f0d48a; --on-frame: #17191d; }
@media (prefers-color-scheme: dark) { :root { --native: #8f3b2a; --objects: #27548f; --outside: #5f4382; --unnamed: #3a3f49; --mixed: #5b5233; --freed: #4a4f59; --both: #32553a; --other: #6d5416; --on-frame: #fff; } }
.fill { fill: var(--kind); }
.frame text { stroke: var(--kind); fill: var(--on-frame); font: 13px ui-monospace, "DejaVu Sans Mono", monospace; paint-order: stroke; stroke-width: 3px; stroke-linejoin: round; white-space: pre; }
${KINDS}
pattern { fill: url(#of-native); } .of-objects .pattern { fill: url(#of-objects); } .of-outside .pattern { fill: url(#of-outside); }
.of-unnamed .pattern { fill: url(#of-unnamed); } .of-mixed .pattern { fill: none; }
pattern { fill: var(--on-frame); stroke: var(--on-frame); }
pattern circle { stroke: none; }
.pattern { opacity: .2; }
.frame a:focus-visible { outline: 0; } .frame a:focus-visible .fill, .frame a:hover .fill { stroke: var(--focus); stroke-width: 6; }
.frame a text { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
`;
