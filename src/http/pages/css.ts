/** Style of parts that only the service's pages have. */
export const siteCss = `
.site { align-items: center; border-bottom: 1px solid var(--edge); display: flex; gap: 20px; margin-bottom: 16px; padding-bottom: 10px; }
.site form { margin-left: auto; }
button.plain { background: none; border: 0; color: var(--link); padding: 6px 0; text-decoration: underline; text-underline-offset: 2px; }
.unseen { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px; }
.site a { padding: 6px 0; }
.brand { color: var(--ink); font-size: 1.1rem; font-weight: 700; text-decoration: none; }
main:focus { outline: 0; }
form.run { display: grid; gap: 16px clamp(16px, 3vw, 48px); grid-template-columns: minmax(0, 1fr); margin: 20px 0 0; }
@media (min-width: 900px) { form.run { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); } }
.field { display: block; font-weight: 600; margin: 0 0 4px; }
input:is([type=text], [type=search], [type=date], [type=password]), select, textarea { background: var(--paper); border: 1px solid var(--soft); border-radius: 6px; color: var(--ink); font: inherit; height: 42px; padding: 8px 10px; width: 100%; } textarea { height: auto; }
textarea.code { font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; min-height: 20rem; overflow-wrap: normal; resize: vertical; white-space: pre; }
[aria-invalid=true] { border-color: var(--leak) !important; box-shadow: 0 0 0 1px var(--leak); }
.problem { color: var(--leak); font-weight: 600; margin: 4px 0 10px; }
.problem:empty { margin: 0 0 8px; }
.pair { align-items: end; display: grid; gap: 16px; grid-template-columns: 2fr 1fr; }
fieldset.rubies { border: 0; margin: 0 0 8px; min-width: 0; padding: 0; }
.rubies legend { font-weight: 600; padding: 0; }
.series { border: 1px solid var(--edge); border-radius: 6px; list-style: none; margin: 0 0 12px; max-height: 23rem; overflow-y: auto; padding: 4px 12px; }
.series li { align-items: start; display: grid; gap: 0 12px; grid-template-columns: 5.5rem minmax(0, 1fr); }
.series label { align-items: center; display: inline-flex; font-variant-numeric: tabular-nums; gap: 8px; min-height: 32px; }
.series details { border: 0; padding: 4px 0; }
.series summary { color: var(--soft); font-size: .875rem; min-height: 24px; }
.releases { display: grid; gap: 0 16px; grid-template-columns: repeat(auto-fill, minmax(5.5rem, max-content)); }
.settings { border: 0; margin: 0 0 12px; }
.settings summary { font-weight: 600; min-height: 32px; }
.settings textarea { font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; resize: vertical; }
.settings textarea.code { min-height: 9rem; white-space: pre; } .settings .code + .field { margin-top: 12px; }
.axis { border: 0; display: flex; flex-wrap: wrap; gap: 0 20px; margin: 0 0 4px; min-width: 0; padding: 0; }
.axis legend { font-weight: 600; padding: 0; }
.axis label { align-items: center; display: inline-flex; gap: 8px; min-height: 32px; }
.choice { align-items: center; display: inline-flex; font-weight: 600; gap: 8px; min-height: 32px; }
input[type=checkbox] { accent-color: var(--link); height: 18px; margin: 0; width: 18px; }
.filter { margin: 0 0 8px; }
.searched, .filters { align-items: start; display: grid; gap: 0 16px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 700px) { .searched { grid-template-columns: minmax(0, 1fr) 14rem auto; } .searched button { margin-top: 28px; } .filters { grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); } }
.filters .choice { align-self: end; margin-bottom: 14px; }
.two { display: grid; gap: 0 32px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 700px) { .two { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.side h2 { margin: 12px 0 4px; } .side p { margin: 0 0 4px; }
.diff .line { display: block; min-width: 100%; text-decoration: none; white-space: pre; width: max-content; }
.diff del { background: color-mix(in srgb, var(--leak) 14%, transparent); } .diff ins { background: color-mix(in srgb, var(--clean) 16%, transparent); }
.diff .hunk { color: var(--soft); }
.runs { list-style: none; margin: 0; padding: 0; }
.runs li { border-top: 1px solid var(--edge); padding: 12px 0; }
.runs a { font-weight: 600; }
.runs p { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 4px 0 0; }
`;
