import type { Matrix } from '../../domain/ruby/ruby.ts';
import { EngineError } from '../../engine/ports.ts';
import { EXIT } from '../../usecases/command-error.ts';
import { isAvailable, type RubyPresence } from '../../engine/ruby-presence.ts';
import type { Done } from '../../domain/result.ts';
import type { Deps, EngineAccess, EngineFacts, RegistryAnswer } from '../../usecases/deps.ts';
import type { Check } from './check.ts';
import { diskCheck } from './host-checks.ts';

/** Checks the engine, and everything that only an engine knows. */
export async function engineChecks(deps: Deps, matrix: Matrix | null): Promise<readonly Check[]> {
  let engine: EngineAccess;
  try {
    engine = await deps.connect(matrix?.runtime ?? null);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const remedy = 'matrix doctor --fix';
    return [{ what: 'engine', state: 'missing', found: error.message, remedy, exitCode: EXIT.noEngine }];
  }
  const facts = await engine.facts();
  const found =
    `Docker ${facts.version}, API ${facts.apiVersion}, cgroup v${facts.cgroupVersion}, ` +
    `storage ${facts.storageDriver}`;
  const [registry, debian] = [await engine.registry(), await engine.debian()];
  const gives = registry.ok && registry.refusal === undefined;
  const presence = matrix === null ? null : await engine.inventory(matrix.rubies);
  return [
    { what: 'engine', state: 'ok', found, remedy: null, exitCode: EXIT.noEngine },
    processorCheck(facts),
    await diskCheck('disk of the images', facts.rootFolder),
    registryCheck(registry),
    debianCheck(debian, gives),
    ...(matrix === null || presence === null ? [] : [imagesCheck(matrix, presence, gives || debian.ok)]),
    ...facts.warnings.map(warningCheck),
  ];
}

/** Checks whether the engine runs images for other processors: some old rubies have none for newer Macs. */
function processorCheck({ arch, emulated }: EngineFacts): Check {
  const found = `linux/${arch}; ${otherProcessors(arch, emulated)}`;
  return { what: 'processors', state: 'ok', found, remedy: null, exitCode: EXIT.unmeasured };
}

function otherProcessors(arch: string, emulated: readonly string[] | null): string {
  if (emulated === null) return 'whether it emulates others cannot be seen from here';
  const others = ['amd64', 'arm64'].filter((other) => other !== arch);
  const missing = others.filter((other) => !emulated.includes(other));
  if (missing.length === 0) return `images for linux/${others.join(', linux/')} run by emulation, slower`;
  return (
    `images for linux/${missing.join(', linux/')} need an emulator (on the engine’s machine: apt-get install ` +
    `qemu-user-static; anywhere: docker run --privileged --rm tonistiigi/binfmt --install ${missing.join(',')})`
  );
}

function registryCheck(answer: RegistryAnswer): Check {
  const problem = answer.ok
    ? (answer.refusal ?? null)
    : {
        found: answer.message,
        remedy: 'check the network or the proxy of the engine, or load images with docker load',
      };
  const rest = { what: 'registry', exitCode: EXIT.unmeasured };
  if (problem === null) return { ...rest, state: 'ok', found: 'answers', remedy: null };
  const found = `${problem.found}: only images that are here, and Debian’s own rubies, can be measured`;
  return { ...rest, state: 'limited', found, remedy: problem.remedy };
}

function debianCheck(answer: Done, registry: boolean): Check {
  const found = answer.ok
    ? 'rubies can be made from Debian’s packages'
    : `${answer.message}${registry ? ' (only needed where no registry answers)' : ''}`;
  return {
    what: 'debootstrap',
    state: answer.ok || registry ? 'ok' : 'limited',
    found,
    remedy: null,
    exitCode: EXIT.unmeasured,
  };
}

function imagesCheck(matrix: Matrix, presence: readonly RubyPresence[], canMake: boolean): Check {
  const here = presence.filter(isAvailable).map((one) => one.ruby);
  const inDefault = here.filter((name) => matrix.defaultSet.includes(name));
  const found =
    `${here.length} of ${matrix.rubies.length} rubies are available, ` +
    `${inDefault.length} of the ${matrix.defaultSet.length} of the default set`;
  const state = here.length > 0 || canMake ? 'ok' : 'missing';
  const remedy = state === 'missing' ? 'matrix images build, once a registry answers' : null;
  return { what: 'images', state, found, remedy, exitCode: EXIT.unmeasured };
}

function warningCheck(warning: string): Check {
  return { what: 'engine warns', state: 'limited', found: warning, remedy: null, exitCode: EXIT.noEngine };
}
