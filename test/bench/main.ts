import { parseArgs } from 'node:util';
import { corpusBench } from './corpus.ts';
import { overheadBench } from './overhead.ts';
import { smallestBench } from './smallest.ts';
import { speedBench } from './speed.ts';

const USAGE = `npm run bench -- corpus|speed|overhead|smallest [--ruby SELECTOR]... [--corpus DIR] [--only TEXT]
Needs a running engine. Without --ruby: every ruby that is here or can be made without a registry.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { ruby: { type: 'string', multiple: true }, corpus: { type: 'string' }, only: { type: 'string' } },
});
const rubies = values.ruby ?? [];
const benches: Record<string, () => Promise<void>> = {
  corpus: () => corpusBench(rubies, values.corpus ?? null, values.only ?? null),
  speed: () => speedBench(rubies),
  overhead: () => overheadBench(rubies),
  smallest: () => smallestBench(rubies),
};
const bench = benches[positionals[0] ?? ''];
if (bench === undefined) {
  console.error(USAGE);
  process.exit(2);
}
await bench();
process.exit(0);
