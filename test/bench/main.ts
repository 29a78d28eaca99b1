import { parseArgs } from 'node:util';
import { arm64Bench } from './arm64.ts';
import { compareBench } from './compare.ts';
import { corpusBench } from './corpus.ts';
import { explainBench } from './explain.ts';
import { formsBench } from './forms.ts';
import { fleetBench } from './fleet/fleet.ts';
import { faultsBench } from './faults.ts';
import { heapDumpBench } from './heap-dump.ts';
import { hostileBench } from './service/hostile.ts';
import { overheadBench } from './overhead.ts';
import { pictureBench } from './picture.ts';
import { serviceBench } from './service/service.ts';
import { sustainedBench } from './service/sustained.ts';
import { smallestBench } from './smallest.ts';
import { speedBench } from './speed.ts';
import { stagesBench } from './stages.ts';

const USAGE = `npm run bench -- corpus|forms|compare|speed|stages|overhead|smallest|explain|picture|service|sustained|hostile|arm64|faults|fleet|heap-dump [--ruby SELECTOR]... [--corpus DIR] [--only TEXT]
       [--with AXIS=VALUE] of corpus: settings of every cell, such as allocator=jemalloc (repeatable)
       [--alone] of corpus: one cell at a time, as a person waits for one
       [--runtime NAME] of corpus: a sandboxing runtime of the engine, such as runsc
       [--runs N] of service: small runs over which its memory is watched
       sustained: sixty cells a minute for ten minutes (SUSTAINED_MINUTES)
       arm64: needs root, debootstrap and qemu-user-static; compares arm64, emulated, with this engine's own processor
       [--megabytes N] of heap-dump: size of the last of three dumps; needs no engine
Needs a running engine. Without --ruby: every ruby that is here or can be made without a registry.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ruby: { type: 'string', multiple: true },
    corpus: { type: 'string' },
    only: { type: 'string' },
    runtime: { type: 'string' },
    alone: { type: 'boolean' },
    with: { type: 'string', multiple: true },
    runs: { type: 'string', default: '1000' },
    megabytes: { type: 'string', default: '1024' },
  },
});
const rubies = values.ruby ?? [];
const benches: Record<string, () => Promise<boolean | void>> = {
  corpus: () => corpusBench(rubies, values),
  forms: () => formsBench(rubies, values.corpus ?? null, values.only ?? null),
  compare: () => compareBench(rubies, values.only ?? null),
  speed: () => speedBench(rubies),
  stages: () => stagesBench(rubies),
  overhead: () => overheadBench(rubies),
  smallest: () => smallestBench(rubies),
  explain: () => explainBench(rubies, values.only ?? null),
  picture: () => pictureBench(rubies, values.only ?? null, values.corpus ?? null),
  service: () => serviceBench(Number(values.runs)),
  sustained: () => sustainedBench(),
  fleet: () => fleetBench(values.only ?? null),
  faults: () => faultsBench(values.only ?? null),
  arm64: () => arm64Bench(values.only ?? null),
  hostile: () => hostileBench(values.only ?? null),
  'heap-dump': () => heapDumpBench(Number(values.megabytes)),
};
const bench = benches[positionals[0] ?? ''];
if (bench === undefined) {
  console.error(USAGE);
  process.exit(2);
}
// A bench that finds what it looks for says so as text, and in the exit code.
process.exit((await bench()) === false ? 1 : 0);
