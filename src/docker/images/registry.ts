import type Docker from 'dockerode';
import { messageOf, statusOf } from '../connection/explain.ts';
import { withDeadline } from '../deadline.ts';

/** A registry that answers at all answers within this time. */
const ANSWER_MS = 4000;
/** How long an answer is good for: a laptop may come back to the network. */
const FRESH_MS = 60_000;

const HUB = 'docker.io';

export type Reachability = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Says whether a registry answers, as the engine sees it (its proxy, its mirrors, its network), without
 * waiting for the minutes a pull takes to give up.
 */
export class Registries {
  readonly #docker: Docker;
  readonly #answers = new Map<string, { readonly at: number; readonly answer: Promise<Reachability> }>();

  constructor(docker: Docker) {
    this.#docker = docker;
  }

  /** Never rejects. */
  async reachable(reference: string): Promise<Reachability> {
    const host = registryOf(reference);
    const known = this.#answers.get(host);
    if (known && performance.now() - known.at < FRESH_MS) return known.answer;
    const answer = this.#ask(reference, host);
    this.#answers.set(host, { at: performance.now(), answer });
    return answer;
  }

  async #ask(reference: string, host: string): Promise<Reachability> {
    try {
      const asked = this.#docker.getImage(reference).distribution();
      await withDeadline(asked, ANSWER_MS, host);
      return { ok: true };
    } catch (error) {
      // "Unknown" and "not allowed" are answers too: the pull says it better.
      const status = statusOf(error);
      const answered = status !== null && [401, 403, 404].includes(status);
      return answered || /denied|unauthorized|manifest|not found/i.test(messageOf(error))
        ? { ok: true }
        : { ok: false, reason: `the registry ${host} does not answer (${lastClause(messageOf(error))})` };
    }
  }
}

/** `docker.io` for `ruby:2.3.6`, `ghcr.io` for `ghcr.io/a/b`: the rule of Docker's own references. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : HUB;
}

/** `Get "https://…": dial tcp: lookup x on y: no such host` says in its last clause what a person wants. */
function lastClause(message: string): string {
  return message.split(': ').at(-1) ?? message;
}
