import { z } from 'zod';
import { hostSchema } from './host-schema.ts';

const name = z.string().regex(/^[\w.-]{1,64}$/);
/** Secret of one hand-out: 128 random bits. */
const attempt = z.string().regex(/^[0-9a-f]{32}$/);
const problem = z.string().max(2000).nullable();

/** A ruby as the engine of a worker has it. */
const presence = z.object({
  ruby: z.string().max(200),
  image: z.string().max(400).nullable(),
  /** Name of the source that is there. */
  hasSource: z.boolean(),
});

/** What the engine of a worker has. */
export const stockSchema = z.object({
  rubies: z.array(presence).max(10_000),
  /** Whether a registry answers it. */
  registry: z.boolean(),
  /** Whether it can make bases of Debian's packages. */
  debian: z.boolean(),
});

/** How a worker introduces itself. */
export const introductionSchema = z.strictObject({
  name,
  host: hostSchema,
  /** Architecture of its engine: `amd64`. */
  arch: name,
  /** Cells that it measures side by side. */
  places: z.int().min(1).max(256),
  labels: z.record(name, z.string().max(200)),
  version: z.string().max(64),
  /** Hashes of the parts that decide an answer, by name. */
  parts: z.record(z.string().max(64), z.string().max(64)),
  /** Date and time of its clock: ISO 8601, UTC. */
  clock: z.iso.datetime(),
});

/** What a worker gets to know when it is accepted. */
export const welcomeSchema = z.object({
  /** Its id at this service, until one of both starts again. */
  worker: attempt,
  /** Prefix of the service's keys in Redis. */
  prefix: name,
  /** Queues that it takes from: that of its architecture, and that of its host. */
  queues: z.object({ arch: name, host: name }),
  /** Sandboxing runtime of the containers; null: the engine's own. */
  runtime: name.nullable(),
  measuringVersion: z.string().max(64),
});

/** What a worker says about once a second. */
export const heartbeatSchema = z.strictObject({
  /** Attempts that it has taken from a queue and not finished. */
  held: z.array(attempt).max(1024),
  /** Why it can measure nothing now; null: it can. */
  problem,
  /** Whether it takes no more. */
  leaving: z.boolean(),
  /** Date and time of its clock: ISO 8601, UTC. */
  clock: z.iso.datetime(),
  /** Only where it has changed. */
  stock: stockSchema.optional(),
});

/** What it gets for an answer. */
export const ordersSchema = z.object({
  /** Attempts that are not wanted any more. */
  void: z.array(attempt),
});

/** What is in Redis of a hand-out, beside its attempt: less than 4 KB. */
export const noteSchema = z.object({
  run: z.string().max(200),
  cell: z.string().max(2000),
  kind: z.enum(['measure', 'explain', 'repeat']),
});

export type Introduction = z.infer<typeof introductionSchema>;
export type Welcome = z.infer<typeof welcomeSchema>;
export type Heartbeat = z.infer<typeof heartbeatSchema>;
export type Orders = z.infer<typeof ordersSchema>;
export type Stock = z.infer<typeof stockSchema>;
export type Note = z.infer<typeof noteSchema>;
