import { expect, test } from 'vitest';
import { BuildLog, instructionLines } from '../../../../src/docker/images/build/build-log.ts';

const DOCKERFILE = `# comment
ARG BASE

FROM \${BASE}
# another
RUN one; \\
    # inside
    two
COPY . /x
`;

test('numbers instructions as the engine does', () => {
  expect(instructionLines(DOCKERFILE)).toEqual([2, 4, 6, 9]);
});

test('names the line that failed, the exit code, and only the output of that step', () => {
  const log = new BuildLog(DOCKERFILE);
  log.add('Step 2/4 : FROM ruby\n');
  log.add('noise of an earlier step\n');
  log.add('Step 3/4 : RUN one; two\n');
  log.add(' ---> Running in 0123456789ab\n');
  log.add('\u001b[91mprobe.c:7:1: error: unknown type name\n\u001b[0m');
  const text = log.describe("The command '/bin/sh -c one; two' returned a non-zero code: 2");
  expect(text).toBe(
    'images/Dockerfile:6: RUN one; two: exit code 2\n  probe.c:7:1: error: unknown type name',
  );
});

test('an error before the first step is alone', () => {
  expect(new BuildLog(DOCKERFILE).describe('no such image')).toBe('no such image');
});

test('endless output of a build is cut', () => {
  const log = new BuildLog(DOCKERFILE);
  for (let count = 0; count < 2000; count += 1) log.add(`${'z'.repeat(1000)}\n`);
  expect(log.output.length).toBeLessThanOrEqual(64 * 1024);
});
