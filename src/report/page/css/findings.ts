export const findingsCss = `
.findings:empty { display: none; }
.findings ol { list-style: none; margin: 0 0 12px; padding: 0; }
.findings li { border: 1px solid var(--edge); border-left: 4px solid var(--leak); border-radius: 8px; margin: 0 0 12px; padding: 10px 14px 6px; }
.findings h3 { display: flex; flex-wrap: wrap; font-size: 1rem; gap: 0 12px; margin: 0; }
.findings .rate { color: var(--leak); font-size: inherit; grid-column: auto; }
.findings .what { margin: 0 0 8px; max-width: 90ch; }
.findings dl { margin: 0; }
.findings dl > div { display: grid; gap: 0 12px; grid-template-columns: 5.5rem minmax(0, 1fr); margin: 0 0 6px; }
@media (max-width: 600px) { .findings dl > div { grid-template-columns: minmax(0, 1fr); } }
.findings dt { color: var(--soft); font-size: .875rem; }
.findings dd { margin: 0; }
.step { display: inline-block; max-width: 100%; }
.method { color: var(--soft); }
.findings details { margin-top: 8px; }
.sum { font-weight: 600; margin: 0 0 4px; }
.sum + .hint { margin-top: 8px; }
.leak-line { background: color-mix(in srgb, var(--leak) 14%, transparent); box-shadow: inset 4px 0 var(--leak); }
`;
