import type Docker from 'dockerode';
import type { Done } from '../../../domain/result.ts';
import { engineMessage, httpStatusOf } from '../../connection/engine-errors.ts';
import { withDeadline } from '../../deadline.ts';
import { loginFor, type RegistryLogin } from './login.ts';

/** Longest time for a registry to answer. */
const ANSWER_MS = 4000;
/** Time that an answer stays valid: a laptop may come back to the network. */
const FRESH_MS = 60_000;

const HUB = 'docker.io';

/** `refusal`: it answers, but refuses, with this message. */
export type Reachability = Done & { readonly refusal?: string };

/** A registry's answer about an image. */
export type RegistryReply =
  /** Platforms as Docker writes them, `linux/arm64/v8`; empty when the registry does not tell. */
  | { readonly kind: 'has'; readonly platforms: readonly string[] }
  | { readonly kind: 'lacks'; readonly message: string }
  /** It requires a login, another login, or fewer requests. */
  | { readonly kind: 'refuses'; readonly message: string }
  | { readonly kind: 'silent'; readonly reason: string };

/** Asks registries as the engine sees them: through its proxy, its mirrors, its network. */
export class Registries {
  readonly #docker: Docker;
  readonly #configFolder: string;
  readonly #answers = new Map<string, { readonly at: number; readonly answer: Promise<Reachability> }>();

  constructor(docker: Docker, configFolder: string) {
    this.#docker = docker;
    this.#configFolder = configFolder;
  }

  /**
   * Checks whether the registry of an image answers, without waiting for the minutes that a pull takes to
   * fail. It is asked once a minute at most: registries count such requests against their limit for pulls.
   * Never rejects.
   */
  async reachable(reference: string): Promise<Reachability> {
    const host = registryOf(reference);
    const known = this.#answers.get(host);
    if (known && performance.now() - known.at < FRESH_MS) return known.answer;
    const answer = this.ask(reference).then((reply): Reachability => {
      if (reply.kind === 'silent') return { ok: false, message: reply.reason };
      return reply.kind === 'refuses' ? { ok: true, refusal: reply.message } : { ok: true };
    });
    this.#answers.set(host, { at: performance.now(), answer });
    return answer;
  }

  /** Asks the registry about an image. Never rejects. */
  async ask(reference: string): Promise<RegistryReply> {
    const host = registryOf(reference);
    try {
      const login = await this.loginFor(reference);
      const asked = this.#docker.getImage(reference).distribution(login ? { authconfig: login } : {});
      return { kind: 'has', platforms: platformsOf(await withDeadline(asked, ANSWER_MS, host)) };
    } catch (error) {
      const message = engineMessage(error);
      const status = httpStatusOf(error);
      if (/basic auth|denied|unauthorized|authentication|toomanyrequests|rate limit/i.test(message)) {
        return { kind: 'refuses', message };
      }
      if (status === 404 || /manifest|not found|name unknown/i.test(message)) {
        return { kind: 'lacks', message };
      }
      if (status === 401 || status === 403) return { kind: 'refuses', message };
      const mirrors = await this.mirrorsOf(reference);
      const clause = lastClause(message);
      const reason =
        mirrors.length === 0
          ? `the registry ${host} does not answer (${clause})`
          : `neither the engine's mirror ${mirrors.join(', ')} nor the registry ${host} answers (${clause})`;
      return { kind: 'silent', reason };
    }
  }

  /** Finds the login for the registry of an image, or null. */
  loginFor(reference: string): Promise<RegistryLogin | null> {
    return loginFor(this.#configFolder, registryOf(reference));
  }

  /** Lists the mirrors that the engine asks before an image's own registry; they replace Docker Hub only. */
  async mirrorsOf(reference: string): Promise<readonly string[]> {
    if (registryOf(reference) !== HUB) return [];
    try {
      const asked: Promise<unknown> = this.#docker.info();
      const info = (await withDeadline(asked, ANSWER_MS, 'the engine')) as {
        RegistryConfig?: { Mirrors?: readonly string[] | null } | null;
      };
      return (info.RegistryConfig?.Mirrors ?? []).map((mirror) => mirror.replace(/\/$/, ''));
    } catch {
      return [];
    }
  }
}

/**
 * Names the registry of a reference by Docker's rule: `docker.io` for `ruby:2.3.6`, `ghcr.io` for
 * `ghcr.io/a/b`.
 */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  if (first === 'index.docker.io') return HUB;
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : HUB;
}

function platformsOf(distribution: unknown): readonly string[] {
  const { Platforms } = distribution as {
    Platforms?: readonly { os?: string; architecture?: string; variant?: string }[] | null;
  };
  return (Platforms ?? [])
    .filter(({ os, architecture }) => os && architecture && architecture !== 'unknown')
    .map(({ os, architecture, variant }) => [os, architecture, variant].filter(Boolean).join('/'));
}

/**
 * Picks the last clause of an error, which says what happened: `Get "https://…": dial tcp: lookup x on y: no
 * such host`.
 */
function lastClause(message: string): string {
  return message.split(': ').at(-1) ?? message;
}
