/** Style of a strip; colours of the page are its own, a badge brings them. */
export const heatCss = `
.heat .leak { fill: var(--leak); } .heat .heat-1 { fill-opacity: .3; stroke: var(--leak); } .heat .heat-2 { fill-opacity: .45; stroke: var(--leak); }
.heat .heat-3 { fill-opacity: .6; } .heat .heat-4 { fill-opacity: .75; } .heat .heat-5 { fill-opacity: .88; }
.heat .clean { fill: var(--clean); }
.heat .inconclusive { fill: url(#hatched); stroke: var(--inconclusive); }
#hatched path { stroke: var(--inconclusive); }
.heat .failed { fill: var(--failed); fill-opacity: .35; stroke: var(--failed); stroke-dasharray: 2 2; }
.heat .not-run, .heat .queued, .heat .preparing { fill: none; stroke: var(--edge); }
.heat .queued, .heat .preparing { stroke: var(--active); stroke-dasharray: 3 2; } .heat .measuring { fill: var(--active); }
.heat .inferred { fill: none; stroke-dasharray: 3 2; stroke-width: 1.5; } .heat .inferred.leak { stroke: var(--leak); } .heat .inferred.clean { stroke: var(--clean); } .heat .inferred.failed { stroke: var(--failed); }
`;

/** Hatching of what is inconclusive, to be defined once. */
export const HATCHED = `<pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V5" stroke-width="3"/></pattern>`;
