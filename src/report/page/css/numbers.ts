export const numbersCss = `
.scroll { border: 1px solid var(--edge); border-radius: 8px; margin: 0 0 8px; overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; width: 100%; }
th, td { border-bottom: 1px solid var(--edge); overflow-wrap: normal; padding: 8px 10px; text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 600; vertical-align: bottom; }
tbody:last-child > tr:last-child > * { border-bottom: 0; }
tbody th { white-space: nowrap; }
.loop > * { border-bottom-style: dotted; }
.loop:last-child > * { border-bottom-style: solid; }
.loop th { font-weight: 400; min-width: 24ch; overflow-wrap: anywhere; padding-left: 22px; white-space: normal; }
.loop th code { color: var(--soft); display: block; }
tr > :first-child { background: var(--paper); left: 0; position: sticky; }
/* Cells of the table of figures have no class where they are numbers: there are thousands. */
.number, .slope, .iterations, .figures td:not([class]) { font-variant-numeric: tabular-nums; min-width: 7ch; text-align: right; white-space: nowrap; }
td.slope { min-width: 15ch; }
td.verdict { min-width: 16ch; }
.detail { color: var(--soft); display: block; font-size: .8125rem; min-height: 1.5em; overflow-wrap: break-word; padding-left: 25px; }
td.shown { min-width: 24ch; overflow-wrap: break-word; }
td.environment { color: var(--soft); font-size: .8125rem; min-width: 26ch; overflow-wrap: anywhere; }
td.environment span { display: block; }
@media (max-width: 900px) { .loop th { min-width: 15ch; padding-left: 10px; } td.shown { min-width: 44ch; } td.environment { min-width: 72ch; } }
`;
