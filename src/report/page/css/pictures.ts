import { framesCss } from '../../picture/frames-css.ts';

export const picturesCss: string = `
${framesCss}.pictures:empty { display: none; }
figure.leak { margin: 0 0 20px; }
.leak figcaption { display: block; min-height: 0; }
.leak .rate { flex-basis: auto; }
.flame { display: block; margin: 4px 0 8px; }
.flame.swatch { display: inline-block; margin: 0; vertical-align: -3px; }
.holders { list-style: none; margin: 0 0 8px; padding: 0; }
`;
