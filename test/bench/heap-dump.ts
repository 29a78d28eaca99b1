import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createHeapAnalysis } from '../../src/explain/heap/create-heap-analysis.ts';

const MIB = 2 ** 20;
/** Memory that the analysis of a dump of 1 GiB may take, beside what this process has anyway. */
const MOST_MIB = 200;
const STREAM = fileURLToPath(new URL('heap-dump-stream.ts', import.meta.url));

/**
 * Measures memory and time of analysing heap dumps whose last has `megabytes`. False when it took too much
 * memory.
 */
export async function heapDumpBench(megabytes: number): Promise<boolean> {
  const stream = spawn(process.execPath, [STREAM, String(megabytes * MIB)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const base = process.memoryUsage.rss();
  const analysis = createHeapAnalysis('repro.rb');
  let bytes = 0;
  let busyMs = 0;
  for await (const chunk of stream.stdout) {
    const began = performance.now();
    analysis.push(chunk as Uint8Array);
    busyMs += performance.now() - began;
    bytes += (chunk as Uint8Array).length;
  }
  const began = performance.now();
  const { findings, notes } = analysis.result();
  const resultMs = performance.now() - began;
  const peak = process.resourceUsage().maxRSS * 1024;
  for (const { className, objectsPerIteration, memsizePerIteration, path } of findings) {
    const way = path.map((step) => step.label ?? step.className).join(' → ');
    console.log(
      `${className}: ${objectsPerIteration} objects, ${memsizePerIteration} B per iteration, ${way}`,
    );
  }
  for (const note of notes) console.log(note);
  const mib = (size: number): string => `${(size / MIB).toFixed(0)} MiB`;
  console.log(
    `three dumps of ${mib(bytes)}, the last of ${megabytes} MiB: ${((busyMs + resultMs) / 1000).toFixed(1)} s, ` +
      `${(resultMs / 1000).toFixed(1)} s of it at the end; peak RSS ${mib(peak)}, ${mib(peak - base)} above ${mib(base)}`,
  );
  return findings.length === 4 && peak - base <= MOST_MIB * MIB;
}
