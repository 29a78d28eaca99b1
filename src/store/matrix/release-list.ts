import type { Result } from '../../domain/result.ts';
import type { RubyVersion } from '../../domain/ruby/ruby.ts';
import { compareVersions, formatVersion, parseVersion, releaseSeries } from '../../domain/ruby/version.ts';

const MOST_IN_A_RANGE = 200;

type ReleaseList = Result<readonly RubyVersion[]>;

/** Reads the releases of one series: `2.5.0, 2.5.1, 2.5.3..2.5.9`. `message` says what is wrong with which part. */
export function parseReleaseList(series: string, text: string): ReleaseList {
  if (!/^\d+\.\d+$/.test(series)) return wrong(`expected a series as the key, such as 2.3, got "${series}"`);
  const versions: RubyVersion[] = [];
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [left = '', right = left, ...more] = part.split('..').map((end) => end.trim());
    const first = parseVersion(left);
    const last = parseVersion(right);
    if (first === null || last === null || more.length > 0) {
      return wrong(`expected a release or a range, such as 2.3.0..2.3.8, got "${part}"`);
    }
    if (releaseSeries(first) !== series || releaseSeries(last) !== series)
      return wrong(`${part} is not of series ${series}`);
    if (compareVersions(first, last) > 0) return wrong(`${part} runs backwards; write ${right}..${left}`);
    if (last.patch - first.patch >= MOST_IN_A_RANGE) {
      return wrong(`${part} is a range of more than ${MOST_IN_A_RANGE} releases`);
    }
    for (let patch = first.patch; patch <= last.patch; patch += 1) versions.push({ ...first, patch });
  }
  const twice = versions.find((version, index) =>
    versions.slice(0, index).some((v) => v.patch === version.patch),
  );
  return twice === undefined
    ? { ok: true, value: versions }
    : wrong(`${formatVersion(twice)} is listed twice; once is enough`);
}

function wrong(message: string): ReleaseList {
  return { ok: false, message };
}
