import type { Result } from '../result.ts';

/** A gem that is requested by name. */
export interface GemWish {
  readonly name: string;
  /** Versions, a cell each; empty: the newest that runs on the ruby. */
  readonly versions: readonly string[];
}

/** The operator's rules for gems: constants of matrix.yaml, never of a request. */
export interface GemPolicy {
  /** Whether clients of the service may have gems installed; the command line's own user always may. */
  readonly clients: boolean;
  /** Address of the gem source or of a mirror of it. */
  readonly source: string;
  /** False: only what was downloaded before is installed. */
  readonly network: boolean;
  /** Limit for the installed gems, and for downloads, each. */
  readonly megabytes: number;
  readonly seconds: number;
  /** The only gems that are downloaded; null: any. */
  readonly names: readonly string[] | null;
}

export const STANDARD_GEM_POLICY: GemPolicy = {
  clients: false,
  source: 'https://rubygems.org',
  network: true,
  megabytes: 512,
  seconds: 300,
  names: null,
};

/** Gives the rules for gems of the service's clients; null: none are installed. */
export const policyForClients = (policy: GemPolicy): GemPolicy | null => (policy.clients ? policy : null);

/** A gem that is in the image of a cell. */
export interface ResolvedGem {
  readonly name: string;
  readonly version: string;
}

/**
 * Names as RubyGems allows them; they begin with neither a dot nor a dash, so that none is a path or an
 * option.
 */
const NAME = /^[A-Za-z0-9_][\w.-]{0,99}$/;
const VERSION = /^\d[0-9A-Za-z.]{0,49}$/;

type ReadWish = Result<GemWish>;

/**
 * Reads a gem and its versions as `--gem` takes them.
 *
 * @example
 * parseGem('oj=3.11.8,3.12.0'); // { ok: true, value: { name: 'oj', versions: ['3.11.8', '3.12.0'] } }
 * parseGem('nokogiri'); // { ok: true, value: { name: 'nokogiri', versions: [] } }
 */
export function parseGem(text: string): ReadWish {
  const end = text.indexOf('=');
  const name = (end === -1 ? text : text.slice(0, end)).trim();
  const versions = end === -1 ? [] : text.slice(end + 1).split(',');
  return gemWish(name, versions);
}

/** Checks a gem's name and versions, so that neither can be misread by a shell or a tool. */
function gemWish(name: string, versions: readonly string[]): ReadWish {
  if (!NAME.test(name)) {
    return {
      ok: false,
      message: `${name === '' ? 'nothing' : name} is not the name of a gem: write oj, or oj=3.12.0`,
    };
  }
  const trimmed = versions.map((version) => version.trim());
  const wrong = trimmed.find((version) => !VERSION.test(version));
  if (wrong !== undefined) {
    const shown = wrong === '' ? 'an empty version' : wrong;
    return {
      ok: false,
      message: `${name}: ${shown} is not a version: write ${name}=3.12.0, or ${name}=3.11.8,3.12.0`,
    };
  }
  return { ok: true, value: { name, versions: [...new Set(trimmed)] } };
}

/** Reads what the label of an image says of its gems. */
export function parseGemList(text: string): readonly ResolvedGem[] {
  const gems = text.split(',').map((one) => one.split(' '));
  return gems.flatMap(([name = '', version]) => (version === undefined ? [] : [{ name, version }]));
}
