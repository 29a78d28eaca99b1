import { tmpdir } from 'node:os';
import type { Done } from '../domain/result.ts';
import type { Ruby } from '../domain/ruby/ruby.ts';
import { EngineError, type Containers, type PreparedImageResult } from '../engine/ports.ts';
import { gemCacheFolder } from './gems/gem-cache.ts';
import { gemVersions } from './gems/gem-versions.ts';
import { gemsTag, installGems } from './gems/install-gems.ts';
import type { Engine } from './connection/connect.ts';
import { describeHost } from './housekeeping/describe-host.ts';
import { HostSetup } from './host/host-setup.ts';
import { thisInstance, type Instance } from './identity.ts';
import type { BaseResult } from './images/base/base.ts';
import { findBuilt } from './images/build/find-built.ts';
import { readContext } from './images/build/context.ts';
import { resolveFolder } from './images/folder/resolve-folder.ts';
import { resolveOwnImage } from './images/own/own-image.ts';
import type { Archive } from './images/base/source-context.ts';
import { prepareImage } from './images/prepare.ts';
import { readRubyPackages } from './images/debian/ruby-packages.ts';
import type { EngineFeatures } from './run/hardening.ts';
import { startCell } from './run/start-cell.ts';
import { watched } from './run/watched.ts';
import { Watchdog } from './run/watchdog.ts';
import { SingleFlight } from './single-flight.ts';

export interface ContainersOptions {
  readonly engine: Engine;
  /** Folder of the Dockerfile and the parts that go into every image. */
  readonly imagesFolder: string;
  /** Owner of the containers; this process, when not given. */
  readonly instance?: Instance;
  /** A sandboxing runtime of the operator's choice, such as `runsc`. */
  readonly runtime?: string | null;
  /** Folder for a Debian base while it is made; the system's folder for temporary files, when not given. */
  readonly scratchFolder?: string;
  /** Folder for gems that were downloaded; one of the user's own, when not given. */
  readonly gemCacheFolder?: string;
  /** Reads the files of a commit; where there is none, no commits are built. */
  readonly archive?: Archive;
  /** Performs changes of this host; a new one, when not given. */
  readonly setup?: HostSetup;
}

/**
 * Creates access to the containers of an engine.
 * @throws {EngineError} when images/ cannot be read, or when the engine does not have the runtime that was
 * requested:
 *   running without it would be less safe than what was chosen
 */
export async function createContainers(options: ContainersOptions): Promise<Containers> {
  const { engine, runtime = null } = options;
  const { docker, arch } = engine;
  const instance = options.instance ?? (await thisInstance());
  const parts = await readContext(options.imagesFolder);
  const features = await featuresOf(engine, runtime);
  const watchdog = new Watchdog(docker);
  const preparations = new SingleFlight<PreparedImageResult>();
  const installs = new SingleFlight<PreparedImageResult>();
  const cacheFolder = options.gemCacheFolder ?? gemCacheFolder();
  const shared = {
    docker,
    arch,
    instance,
    registries: engine.registries,
    pulls: new SingleFlight<Done>(),
    bases: new SingleFlight<BaseResult>(),
    setup: options.setup ?? new HostSetup(),
    scratchFolder: options.scratchFolder ?? tmpdir(),
    archive: options.archive ?? noArchive,
    runtime,
  };
  return {
    machine: `${engine.kernel} ${arch}`,
    host: await describeHost(engine),
    prepare(ruby: Ruby, progress, signal) {
      const work = (report: (line: string) => void, abort: AbortSignal): Promise<PreparedImageResult> =>
        prepareImage(ruby, parts, { ...shared, progress: report, signal: abort });
      return watched(watchdog, signal, (stop) => preparations.run(keyOf(ruby), work, progress, stop));
    },
    findPrepared: (ruby, signal) => watched(watchdog, signal, () => findBuilt(docker, ruby, parts.hash)),
    resolveImage: (asked, progress, signal) =>
      watched(watchdog, signal, (stop) => resolveOwnImage(asked, { ...shared, progress, signal: stop })),
    resolveFolder: (asked, suites, progress, signal) =>
      watched(watchdog, signal, (stop) =>
        resolveFolder(asked, suites, { ...shared, progress, signal: stop }),
      ),
    gemVersions: (name, policy, signal) => gemVersions(name, policy, cacheFolder, signal),
    rubyPackages: async (image, signal) =>
      image.source === 'debian'
        ? watched(watchdog, signal, (stop) => readRubyPackages(docker, image.tag, instance, stop))
        : new Set(),
    withGems(image, gems, progress, signal) {
      const { scratchFolder, archive } = shared;
      const start = { docker, instance, features, watchdog, scratchFolder, cacheFolder, archive };
      const work = (report: (line: string) => void, abort: AbortSignal): Promise<PreparedImageResult> =>
        installGems(image, gems, { ...start, progress: report, signal: abort });
      const tag = gemsTag(image, gems);
      return watched(watchdog, signal, (stop) => installs.run(tag, work, progress, stop));
    },
    start: (image, spec, signal) =>
      watched(watchdog, signal, (stop) =>
        startCell(image, spec, { docker, instance, features, watchdog }, stop),
      ),
  };
}

/** Makes a key for the image of a ruby: the same name may come with packages, or from another source. */
const keyOf = ({ name, sources, allocator }: Ruby): string => JSON.stringify([name, sources, allocator]);

/** Of a program that reads no repositories. */
const noArchive: Archive = () => {
  throw new EngineError('commits are built by the command line only');
};

async function featuresOf({ docker }: Engine, runtime: string | null): Promise<EngineFeatures> {
  if (runtime === null) return { runtime, ownKernel: false };
  const { Runtimes = {} } = (await docker.info()) as { Runtimes?: Record<string, unknown> };
  const runtimes = Object.keys(Runtimes);
  if (!runtimes.includes(runtime)) {
    throw new EngineError(
      `the engine has no runtime ${runtime} (it has ${runtimes.join(', ')}): install it, or leave it out`,
    );
  }
  // Operators choose the name; gVisor's program is called runsc.
  return { runtime, ownKernel: /runsc|gvisor/i.test(`${runtime} ${JSON.stringify(Runtimes[runtime])}`) };
}
