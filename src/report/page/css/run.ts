export const runCss = `
.script-name { color: var(--soft); font-family: ui-monospace, "DejaVu Sans Mono", monospace; margin: 8px 0 4px; }
[data-live] h1 { min-height: 2.5em; }
@media (max-width: 600px) { [data-live] h1 { min-height: 5em; } }
.progress { align-items: center; display: flex; flex-wrap: wrap; gap: 4px 12px; margin: 0 0 16px; }
.progress span { font-variant-numeric: tabular-nums; }
progress { accent-color: var(--active); height: 12px; max-width: 40vw; width: 240px; }
.facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0 0 16px; }
.facts dt { color: var(--soft); font-size: .8125rem; }
.facts dd { font-variant-numeric: tabular-nums; margin: 0; }
.files-label { color: var(--soft); font-size: .875rem; margin: 0; }
.files { display: flex; flex-wrap: wrap; gap: 0 16px; list-style: none; margin: 0 0 8px; padding: 0; }
.files a { display: inline-block; padding: 6px 0; }
.actions { align-items: center; display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 8px; }
.strip { display: flex; flex-wrap: wrap; gap: 10px 28px; list-style: none; margin: 0; padding: 0; }
.strip li { min-width: 0; }
.strip svg { display: block; max-width: 100%; }
.strip text { fill: var(--soft); font-size: 11px; text-anchor: middle; }
.series-name { display: block; font-size: .8125rem; font-weight: 600; }
.mark { fill: var(--paper); stroke: var(--edge); }
.mark.leak { fill: var(--leak); stroke: var(--leak); }
.mark.clean { fill: var(--clean); stroke: var(--clean); }
.mark.inconclusive { fill: var(--inconclusive); stroke: var(--inconclusive); }
.mark.failed { fill: var(--failed); stroke: var(--failed); }
.mark.measuring { fill: var(--active); stroke: var(--active); }
.mark.preparing, .mark.queued { stroke: var(--active); }
.mark.inferred { fill: var(--paper); stroke-dasharray: 3 2; stroke-width: 1.5; }
.sign { fill: none; stroke: var(--on); stroke-linecap: round; stroke-linejoin: round; stroke-width: 2; }
.sign.inferred { stroke: var(--failed); } .sign.inferred.leak { stroke: var(--leak); } .sign.inferred.clean { stroke: var(--clean); }
.sign.preparing, .sign.queued { stroke: var(--active); }
.sign.not-run { stroke: var(--soft); }
.badge { flex: none; height: 20px; width: 20px; vertical-align: -4px; }
.legend, .keys { color: var(--soft); display: flex; flex-wrap: wrap; font-size: .875rem; gap: 4px 20px; list-style: none; margin: 12px 0 0; padding: 0; }
.count { font-variant-numeric: tabular-nums; }
.word { font-weight: 600; }
.word.leak { color: var(--leak); } .word.clean { color: var(--clean); } .word.inconclusive { color: var(--inconclusive); }
.word.failed, .word.queued { color: var(--failed); } .word.measuring, .word.preparing { color: var(--active); }
.sentences { font-weight: 600; margin: 0 0 12px; padding-left: 20px; }
.comparison:empty { display: none; }
.notes ul { margin: 0 0 12px; padding-left: 20px; }
.notes:empty { display: none; }
.script { counter-reset: line; padding: 12px 0; }
.script .line { counter-increment: line; display: block; padding-right: 12px; white-space: pre; width: max-content; min-width: 100%; }
.script .line::before { color: var(--soft); content: counter(line); display: inline-block; padding-right: 16px; text-align: right; user-select: none; width: 56px; }
.loop-line { background: color-mix(in srgb, var(--active) 14%, transparent); box-shadow: inset 4px 0 var(--active); }
.line.leak { background: color-mix(in srgb, var(--leak) 10%, transparent); box-shadow: inset 4px 0 var(--leak); }
.line.clean { background: color-mix(in srgb, var(--clean) 10%, transparent); box-shadow: inset 4px 0 var(--clean); }
.line.inconclusive { background: color-mix(in srgb, var(--inconclusive) 10%, transparent); box-shadow: inset 4px 0 var(--inconclusive); }
.line.unjudged { box-shadow: inset 4px 0 var(--failed); }
.line-note { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; margin-left: 2ch; user-select: none; }
@media (max-width: 900px) { .line-note { display: block; margin-left: 56px; max-width: calc(100vw - 120px); white-space: normal; } .line-end { display: none; } }
.word.unjudged, .word.not-run { color: var(--failed); }
.failed-line { background: color-mix(in srgb, var(--leak) 14%, transparent); box-shadow: inset 4px 0 var(--leak); }
details { border-top: 1px solid var(--edge); padding: 8px 0; }
summary { cursor: pointer; min-height: 28px; }
details pre { margin-top: 8px; }
pre.error { border-left: 4px solid var(--failed); white-space: pre-wrap; }
`;
