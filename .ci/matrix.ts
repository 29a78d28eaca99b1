/**
 * Runs the program: its bundle, which starts in half the time, where nothing has changed since `npm run build`; else
 * from source.
 */
import { BUNDLE, isBuilt } from './built.ts';

await import((isBuilt() ? BUNDLE : new URL('../src/bin/matrix.ts', import.meta.url)).href);
