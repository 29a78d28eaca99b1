const SERIES = ['live', 'heap', 'rss', 'slots', 'script'];

/** Shows only the chosen series, without a script: a variable is inherited into the axes that all panels use. */
const chosen = SERIES.map(
  (name) =>
    `.plots:has(input[value=${name}]:checked) { --${name}: block; } .plot-${name} { display: var(--${name}, none); }`,
).join('\n');

/** Style of the curves themselves, also where a picture is alone. */
export const curveCss = `
:root { --warm: color-mix(in srgb, var(--soft) 16%, transparent); --judged: color-mix(in srgb, var(--active) 9%, transparent); }
.plot { height: auto; width: 100%; }
/* No ancestors in these selectors: inside of a use element only the element itself matches. */
.tick-x, .tick-y, .absent, .runs-on { fill: var(--soft); font-size: var(--tick, 10.5px); }
.tick-x { transform: translateY(var(--drop, 0)); } .tick-x, .absent { text-anchor: middle; } .tick-y { dominant-baseline: central; text-anchor: end; } .runs-on { text-anchor: end; }
.grid, .base { stroke: var(--edge); } .base { stroke: var(--soft); }
.plane { clip-path: url(#plane); transform: translate(52px, 8px) scale(.192, .112) var(--zoom, scale(1)); }
.plot { overflow: visible; touch-action: pan-y; }
.warm, i.warm { background: var(--warm); fill: var(--warm); } .judged, i.judged { background: var(--judged); fill: var(--judged); }
.data .band { fill: var(--warm); } .band-text { fill: var(--ink); font-size: var(--tick, 10.5px); text-anchor: middle; }
.data .full { stroke: var(--ink); stroke-width: 1.5; } .full-text { fill: var(--ink); font-size: var(--tick, 10.5px); }
.data path { fill: none; vector-effect: non-scaling-stroke; }
.curve { stroke: var(--ink); stroke-width: 1.75; stroke-linejoin: round; }
.leak .curve { stroke: var(--leak); stroke-width: 2.25; } .clean .curve { stroke: var(--clean); }
.inconclusive .curve { stroke: var(--inconclusive); } .failed .curve { stroke: var(--failed); } .measuring .curve { stroke: var(--active); }
.confirm { stroke: var(--soft); stroke-dasharray: 1 4; stroke-linecap: round; stroke-width: 2; }
.fit { stroke: var(--active); stroke-dasharray: 6 4; stroke-width: 2; }
.data .interval { fill: var(--active); fill-opacity: .25; stroke: var(--active); stroke-opacity: .4; }
`;

export const plotsCss: string = `
.choices { border: 0; display: flex; flex-wrap: wrap; gap: 6px; margin: 0 0 8px; padding: 0; }
.choices legend { color: var(--soft); float: left; font-size: .875rem; margin-right: 12px; padding: 8px 0 0; }
.choices label { position: relative; }
.choices input { cursor: pointer; height: 100%; inset: 0; margin: 0; opacity: 0; position: absolute; width: 100%; }
.choices span { border: 1px solid var(--soft); border-radius: 6px; cursor: pointer; display: inline-block; padding: 6px 12px; }
.choices input:checked + span { background: var(--ink); border-color: var(--ink); color: var(--paper); }
.choices input:focus-visible + span { outline: 3px solid var(--focus); outline-offset: 2px; }
${chosen}
.meaning { color: var(--soft); font-size: .875rem; margin: 0; }
.keys { margin: 4px 0 12px; }
.key { border-top: 2px solid var(--ink); display: inline-block; margin-right: 6px; vertical-align: middle; width: 22px; }
.key.confirm { border-top: 2px dotted var(--soft); }
.key.fit { border-top: 2px dashed var(--active); }
.key.warm, .key.judged { border: 1px solid var(--edge); height: 12px; }
.key.full { border-top: 1.5px solid var(--ink); }
.key.interval { background: color-mix(in srgb, var(--active) 30%, transparent); border: 0; height: 10px; }
.definitions { position: absolute; }
.panels { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 272px), 1fr)); list-style: none; margin: 0; padding: 0; }
.panels li { border: 1px solid var(--edge); border-radius: 8px; min-width: 0; padding: 10px 12px 8px; }
.many { --tick: 15px; --drop: 7px; gap: 10px; grid-template-columns: repeat(auto-fill, minmax(min(46%, 190px), 1fr)); }
.many li { padding: 8px 8px 6px; }
@media (max-width: 600px) { .many { --tick: 17px; } }
.many .rate { font-size: .75rem; }
figure { margin: 0; }
figcaption { align-content: start; display: flex; flex-wrap: wrap; gap: 0 8px; min-height: 3.2em; }
figcaption strong { max-width: calc(100% - 32px); min-width: 0; overflow-wrap: anywhere; }
.rate { color: var(--soft); font-size: .875rem; font-variant-numeric: tabular-nums; flex-basis: 100%; }
.plots:has(input[value=script]:checked) .shade { display: none; }
.zoomed .full-text, .zoomed .band-text { display: none; }
.cursor { pointer-events: none; } .cursor path { stroke: var(--ink); stroke-dasharray: 2 2; } .cursor circle { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
.cursor text { fill: var(--ink); font-size: var(--tick, 11px); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.panels:focus-visible { outline-offset: 6px; }
.zooms { align-items: center; display: flex; flex-wrap: wrap; gap: 6px 12px; margin: 0 0 8px; }
.zooms button { min-width: 40px; }
.zooms output { font-variant-numeric: tabular-nums; min-height: 1.5em; }
${curveCss}`;
