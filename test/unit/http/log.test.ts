import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const LOG = fileURLToPath(new URL('../../../src/http/log.ts', import.meta.url));

test.each([
  ['an error that nobody caught', 'setTimeout(() => { throw new Error("broken") }, 1)', 'uncaughtException'],
  ['a rejection that nobody awaits', 'void Promise.reject(new Error("broken"))', 'unhandledRejection'],
])('%s is logged once, and ends the process', (_, fault, origin) => {
  const code = `
    const { createLog, logCrashes } = await import(${JSON.stringify(LOG)});
    logCrashes(createLog(process.stdout, 'warn'));
    ${fault};
    setInterval(() => {}, 1000);
  `;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 60, origin, err: { message: 'broken' } });
  expect(status).not.toBe(0);
});
