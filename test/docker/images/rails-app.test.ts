import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { withPackages } from '../../../src/domain/ruby/debian-packages.ts';
import { tagWithPackages } from '../../../src/docker/images/debian/recipe.ts';
import { createHarness, onlyCell, pathOf } from '../../harness.ts';
import { DEBIAN, buildImage, containers, never, prepared, removeImage } from '../setup.ts';

const APP = pathOf('test/fixtures/rails-app');
const PACKAGES = ['ruby-activemodel', 'ruby-bundler', 'ruby-railties'];
const [CLEAN, LEAKING] = ['matrix-test:rails', 'matrix-test:rails-leaking'];
const SCRIPT = `require './config/environment'
require 'rack/mock'

app = Rack::MockRequest.new(Rails.application)
endpoints = %w[/ /about /old /articles /articles/7 /search?q=3 /feed /session /reports/4 /status]
1000.times do
  endpoints.each do |path|
    status = app.get(path, 'HTTP_HOST' => 'localhost').status
    raise "#{path}: #{status}" if status >= 400
  end
end
`;

const harness = await createHarness(['3.1.2']);

beforeAll(async () => {
  await prepared(withPackages(DEBIAN.bookworm!, PACKAGES)!);
  const files: Record<string, Buffer> = {};
  for (const entry of await readdir(APP, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[relative(APP, path)] = await readFile(path);
  }
  const { Dockerfile: written, ...copied } = files;
  const dockerfile = String(written).replace('${BASE}', tagWithPackages('bookworm', PACKAGES));
  await buildImage(CLEAN, dockerfile, copied);
  await buildImage(LEAKING, `FROM ${CLEAN}\nCOPY leaking /app/\n`, copied);
});
afterAll(async () => {
  await removeImage(LEAKING);
  await removeImage(CLEAN);
});

async function measure(image: string, explain: boolean): Promise<RunRecord> {
  const found = await containers.resolveImage!({ image, ruby: null, workdir: null }, () => {}, never);
  if (!found.ok) throw new Error(found.message);
  return harness.run({
    script: { name: 'endpoints.rb', text: SCRIPT },
    rubies: [],
    images: [found.value],
    options: { budgetSeconds: 40, explain },
  });
}

test('a Rails app that keeps nothing is clean, hit at ten endpoints', async () => {
  expect(onlyCell(await measure(CLEAN, false))).toMatchObject({
    verdict: 'clean',
    environment: { workdir: '/app' },
  });
});

test('one of ten endpoints that keeps what it makes is named: its line, and the constant that holds it', async () => {
  const cell = onlyCell(await measure(LEAKING, true));
  expect(cell).toMatchObject({ verdict: 'leak', cause: 'objects', confirmed: true });
  const [finding] = cell.explanation?.findings ?? [];
  expect(finding).toMatchObject({ kind: 'objects' });
  const told = JSON.stringify(finding);
  expect(told).toContain('app/controllers/reports_controller.rb');
  expect(told).toContain('ReportsController::REPORTS');
}, 300_000);
