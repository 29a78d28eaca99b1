import { isMainThread } from 'node:worker_threads';

// Preloaded into a service (--import): the longest turn of its event loop in processor time, which says the same on a
// busy machine. SIGUSR2 asks for it; it is answered on stderr and begins again.
if (isMainThread) {
  let longestMs = 0;
  let before = process.threadCpuUsage();
  setInterval(() => {
    const spent = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (spent.user + spent.system) / 1000);
    before = process.threadCpuUsage();
  }, 2).unref();
  process.on('SIGUSR2', () => {
    process.stderr.write(`longest turn: ${longestMs.toFixed(1)} ms\n`);
    longestMs = 0;
  });
}
