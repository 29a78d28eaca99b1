// Started by a test and killed with SIGKILL: starts a container, says so, and never cleans up.
import { connect } from '../../../src/docker/connection/connect.ts';
import { createContainers } from '../../../src/docker/containers.ts';
import { IMAGES_FOLDER, never, spec } from '../setup.ts';

const containers = await createContainers({ engine: await connect(), imagesFolder: IMAGES_FOLDER });
const image = {
  tag: process.argv[2] ?? '',
  base: 'b',
  digest: 'd',
  source: 'debian',
  ruby: '/usr/bin/ruby',
} as const;
await containers.start(image, spec('sleep 600', { labels: { run: 'orphan' } }), never);
console.log('started');
setInterval(() => {}, 1000);
