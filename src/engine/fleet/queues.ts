import type { Member } from './roster.ts';

/** Names the queue of an architecture. */
export const archQueue = (arch: string): string => `cells-${arch}`;

/** Names the queue of a host, for work that belongs to what was measured there. */
export const hostQueue = (host: string): string => `host-${host.replaceAll(/[^\w.-]/g, '_').slice(0, 58)}`;

/** Names the queues that a worker may take from. */
export const queuesOf = ({ arch, host }: Pick<Member, 'arch' | 'host'>) => ({
  arch: archQueue(arch),
  host: hostQueue(host.name),
});

/** Tells whether a worker takes from a queue. */
export function takesFrom(member: Pick<Member, 'arch' | 'host'>, queue: string): boolean {
  const { arch, host } = queuesOf(member);
  return queue === arch || queue === host;
}
