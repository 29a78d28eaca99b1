import { copyByButtons } from './copy.ts';
import { readCurves } from './curves.ts';

/** Everything that a page does beside showing: without it, buttons are hidden and all can be read. */
document.documentElement.classList.add('scripted');
copyByButtons();
readCurves();
