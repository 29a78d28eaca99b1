import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Matrix } from '../domain/ruby/ruby.ts';
import type { Fleet } from '../engine/fleet/fleet.ts';
import type { CellMemory, Clock } from '../engine/ports.ts';
import type { RunService } from '../engine/service/run-service.ts';
import type { Token } from './access/tokens.ts';
import type { Metrics } from './metrics.ts';
import type { Render } from './runs/render.ts';

/** Who may use the service, and under which host names. */
export interface AccessPolicy {
  readonly tokens: readonly Token[];
  /** Host names besides those of this machine, in lower case. */
  readonly hostNames: readonly string[];
  /** Reading needs a token, too. */
  readonly isPrivate: boolean;
  /** Whether any IP address is an allowed Host: the service listens on more than the loopback. */
  readonly anyAddress: boolean;
  /** Origin that browsers see when a proxy is in front (`https://matrix.example`); null without one. */
  readonly publicOrigin: string | null;
}

export interface HttpLimits {
  /** Of one request. */
  readonly bodyBytes: number;
  /** Requests that write, per token. */
  readonly writesPerMinute: number;
  /** Event streams open at once. */
  readonly streams: number;
  readonly heartbeatMs: number;
  /** A reader that takes nothing for this long is cut off. */
  readonly stallMs: number;
}

/** Workers on other hosts. */
export interface FleetDeps {
  readonly fleet: Fleet;
  /** Secrets of workers: they open nothing else, and those of clients do not open this. */
  readonly tokens: readonly Token[];
  /** Cells of earlier runs. */
  readonly memory: CellMemory | undefined;
}

export interface HttpDeps {
  readonly service: RunService;
  readonly matrix: Matrix;
  readonly clock: Clock;
  readonly version: string;
  readonly access: AccessPolicy;
  readonly limits: HttpLimits;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Renders runs on another thread, since that may take long. */
  readonly render: Render;
  /** Workers on other hosts; undefined: cells are measured here. */
  readonly fleet?: FleetDeps | undefined;
}

export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    log: Logger;
    /** Path of the route as documented, for metrics. */
    route: string | undefined;
    /** Name of the token that the request carries. */
    writer: string;
  };
}

export type App = OpenAPIHono<Env>;
export type Ctx = Context<Env>;

/** Reads the address of the client; `local` where there is no socket. */
export const addressOf = (c: Ctx): string => c.env?.incoming?.socket.remoteAddress ?? 'local';
