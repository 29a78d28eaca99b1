import { heatCss } from '../../heat/heat-css.ts';

export const stripsCss: string = `
${heatCss}.heat-rows { list-style: none; margin: 0; padding: 0; }
.heat-rows .heat, .heat-names { display: block; max-width: 100%; }
.heat-names text { fill: var(--soft); font-size: 11px; }
.heat-names path { stroke: var(--soft); }
.heat.swatch { display: inline-block; vertical-align: -2px; }
.heat-rows ~ .legend { margin: 4px 0 16px; }
.heat-rows ~ .strip { border-top: 1px solid var(--edge); padding-top: 12px; }
`;
