import type { GemPolicy } from '../../domain/ruby/gems.ts';
import { engineMessage } from '../connection/engine-errors.ts';
import { readCached, writeCached } from './gem-cache.ts';

export interface SourceAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Paths that may be requested: names of files and of gems below the source; no other host, no way up. */
const PATH = /^\/(?:[\w.+~-]+\/)*[\w.+~-]*(?:\?gems=[\w.,%-]*)?$/;
/** Files that never change under their name. */
const LASTING = /^\/(?:gems\/[^/]+\.gem|quick\/Marshal\.4\.8\/[^/]+\.gemspec\.rz)$/;
/** Files of one gem: the gem and its description. */
const OF_GEM = /^\/(?:gems\/([^/]+)\.gem|quick\/Marshal\.4\.8\/([^/]+)\.gemspec\.rz)$/;
const NOTHING = new Uint8Array();
const REQUEST_MS = 60_000;
/** Most requests of one install: an application of two hundred gems makes a thousand. */
const MOST_REQUESTS = 10_000;

/**
 * Answers the requests of installing containers: GET only, below one address, up to so many bytes, and only
 * for gems that the operator allows. The container asks over its own stdout; it has no network, and never
 * sees a secret of the source.
 */
export class GemSource {
  readonly #policy: GemPolicy;
  readonly #cacheFolder: string;
  readonly #signal: AbortSignal;
  readonly #base: URL;
  #left: number;
  #requestsLeft = MOST_REQUESTS;
  #trouble: string | null = null;

  constructor(policy: GemPolicy, cacheFolder: string, signal: AbortSignal) {
    this.#policy = policy;
    this.#cacheFolder = cacheFolder;
    this.#signal = signal;
    this.#base = new URL(policy.source.endsWith('/') ? policy.source : `${policy.source}/`);
    this.#left = policy.megabytes * 1024 * 1024;
  }

  /** Why the last download failed, unless with the source's own 404. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Answers a GET. Never throws: failures have a status. */
  async get(path: string): Promise<SourceAnswer> {
    if (!PATH.test(path) || path.includes('..'))
      return this.#refuse(400, `${path.slice(0, 100)} is not a path of a gem source`);
    if (this.#requestsLeft <= 0)
      return this.#refuse(429, `the gems were asked for in more than ${MOST_REQUESTS} requests`);
    this.#requestsLeft -= 1;
    const found = OF_GEM.exec(path);
    const fullName = found?.[1] ?? found?.[2];
    if (fullName !== undefined && !this.#allows(fullName)) {
      return this.#refuse(403, `${fullName} is not among the gems that matrix.yaml allows (gems.names)`);
    }
    const lasting = LASTING.test(path);
    const cached = lasting ? await readCached(this.#cacheFolder, this.#base, path) : null;
    const body = cached ?? (await this.#download(path));
    if (!(body instanceof Uint8Array)) return { status: body, body: NOTHING };
    if (body.length > this.#left) {
      return this.#refuse(
        413,
        `the gems take more than ${this.#policy.megabytes} MiB (gems.megabytes in matrix.yaml)`,
      );
    }
    this.#left -= body.length;
    if (lasting && cached === null) await writeCached(this.#cacheFolder, this.#base, path, body);
    return { status: 200, body };
  }

  /** Downloads a file; returns its bytes, or the status of a refusal. */
  async #download(path: string): Promise<Uint8Array | number> {
    if (!this.#policy.network) {
      return this.#refuse(503, 'gems may not be downloaded (gems.network in matrix.yaml is false)').status;
    }
    try {
      const { username, password } = this.#base;
      const address = new URL(path.slice(1), this.#base);
      address.username = '';
      address.password = '';
      const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
        'base64',
      );
      const headers = username === '' ? {} : { authorization: `Basic ${login}` };
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(REQUEST_MS)]);
      const response = await fetch(address, { headers, signal });
      if (response.ok) return await this.#read(response);
      await response.body?.cancel();
      if (response.status !== 404) this.#trouble = `${this.#host} answers ${response.status} for ${path}`;
      return response.status;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      this.#trouble = `${this.#host} cannot be reached: ${engineMessage(cause)}`;
      return 502;
    }
  }

  /** Stops reading when a response is too large: the source may be hostile as well. */
  async #read(response: Response): Promise<Uint8Array | number> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > this.#left) {
        return this.#refuse(
          413,
          `the gems take more than ${this.#policy.megabytes} MiB (gems.megabytes in matrix.yaml)`,
        ).status;
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  get #host(): string {
    return this.#base.host;
  }

  #allows(fullName: string): boolean {
    const { names } = this.#policy;
    // Bundler itself is always allowed: it is a tool, not a gem of the cell.
    return (
      names === null ||
      [...names, 'bundler'].some(
        (name) => fullName.startsWith(`${name}-`) && /^\d/.test(fullName.slice(name.length + 1)),
      )
    );
  }

  #refuse(status: number, why: string): SourceAnswer {
    this.#trouble = why;
    return { status, body: NOTHING };
  }
}
