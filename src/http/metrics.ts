import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ServiceObserver } from '../engine/service/ports.ts';
import { fleetMetrics } from './fleet/metrics.ts';
import type { ServiceLoad } from '../engine/service/run-service.ts';

export interface Metrics {
  readonly observer: ServiceObserver;
  requestDone(method: string, route: string, status: number, seconds: number): void;
  streamsOpen(count: number): void;
  /** Formats the metrics as the text that Prometheus reads, with its content type. */
  read(load: ServiceLoad): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Milliseconds between two reads of the clock; anything beyond is delay. */
const LOOK_MS = 5;

/** Creates the metrics of the service, in a registry of their own. */
export function createMetrics(): Metrics {
  const delays = monitorEventLoopDelay({ resolution: LOOK_MS });
  delays.enable();
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const measuring = gauge('matrix_cells_measuring', 'Cells that are measured now');
  const waitingCells = gauge('matrix_cells_waiting', 'Cells that wait in the queue');
  const waitingRuns = gauge('matrix_runs_waiting', 'Runs that have not started');
  const engineUp = gauge('matrix_engine_up', '1 when the engine answers, else 0');
  const streams = gauge('matrix_event_streams', 'Event streams that are open');
  const fleet = fleetMetrics(register);
  const delay = new Gauge({
    name: 'matrix_event_loop_delay_seconds',
    help: 'Longest delay of the event loop since this was last read',
    labelNames: ['quantile'],
    registers,
  });
  const tellDelay = (quantile: string, nanoseconds: number): void =>
    delay.set({ quantile }, Math.max(0, nanoseconds / 1e9 - LOOK_MS / 1000));
  const cells = new Counter({
    name: 'matrix_cells_total',
    help: 'Cells that are done, by outcome and verdict',
    labelNames: ['outcome', 'verdict'],
    registers,
  });
  const stages = new Histogram({
    name: 'matrix_stage_seconds',
    help: 'Seconds that a cell spent in a stage',
    labelNames: ['stage'],
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
    registers,
  });
  const requests = new Histogram({
    name: 'matrix_http_request_seconds',
    help: 'Seconds until a request was answered (the head, of a stream)',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  return {
    observer: {
      cellDone: ({ outcome, verdict }) =>
        cells.inc({ outcome: outcome ?? 'none', verdict: verdict ?? 'none' }),
      stageDone: (stage, seconds) => stages.observe({ stage }, seconds),
    },
    requestDone: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    streamsOpen: (count) => streams.set(count),
    async read(load) {
      measuring.set(load.measuringCells);
      waitingCells.set(load.waitingCells);
      waitingRuns.set(load.waitingRuns);
      engineUp.set(load.engineProblem === null ? 1 : 0);
      if (load.fleet !== null) fleet(load.fleet);
      tellDelay('0.5', delays.percentile(50));
      tellDelay('0.99', delays.percentile(99));
      tellDelay('1', delays.max);
      delays.reset();
      return { text: await register.metrics(), contentType: register.contentType };
    },
  };
}
