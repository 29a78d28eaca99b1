/**
 * Bundles the script of a run's page, with the parts of d3 that it needs, into a module that is committed: an exported
 * page carries it, and nothing has to be built to render one.
 */
import { writeFile } from 'node:fs/promises';
import { bundledPage, PAGE_MODULE } from './page/bundle.ts';

await writeFile(PAGE_MODULE, await bundledPage());
