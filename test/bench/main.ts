import { parseArgs } from 'node:util';
import { corpusBench } from './corpus.ts';
import { overheadBench } from './overhead.ts';
import { serviceBench } from './service.ts';
import { smallestBench } from './smallest.ts';
import { speedBench } from './speed.ts';

const USAGE = `npm run bench -- corpus|speed|overhead|smallest|service [--ruby SELECTOR]... [--corpus DIR] [--only TEXT]
       [--runs N] of service: small runs over which its memory is watched
Needs a running engine. Without --ruby: every ruby that is here or can be made without a registry.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ruby: { type: 'string', multiple: true },
    corpus: { type: 'string' },
    only: { type: 'string' },
    runs: { type: 'string', default: '1000' },
  },
});
const rubies = values.ruby ?? [];
const benches: Record<string, () => Promise<void>> = {
  corpus: () => corpusBench(rubies, values.corpus ?? null, values.only ?? null),
  speed: () => speedBench(rubies),
  overhead: () => overheadBench(rubies),
  smallest: () => smallestBench(rubies),
  service: () => serviceBench(Number(values.runs)),
};
const bench = benches[positionals[0] ?? ''];
if (bench === undefined) {
  console.error(USAGE);
  process.exit(2);
}
await bench();
process.exit(0);
