import { Counter, Gauge, type Registry } from 'prom-client';
import type { FleetView } from '../../engine/fleet/fleet.ts';
import { placesOf } from './places.ts';

/** Adds the metrics of a fleet to a registry, and returns a function that sets them. */
export function fleetMetrics(register: Registry): (fleet: FleetView) => void {
  const registers: Registry[] = [];
  const workers = new Gauge({ name: 'matrix_fleet_workers', help: 'Workers that are connected', registers });
  const places = new Gauge({
    name: 'matrix_fleet_places',
    help: 'Places of workers that can measure, by whether a cell is in them',
    labelNames: ['state'],
    registers,
  });
  const cells = new Gauge({
    name: 'matrix_fleet_cells',
    help: 'Cells that each worker has now',
    labelNames: ['worker', 'host', 'arch'],
    registers,
  });
  const waiting = new Gauge({
    name: 'matrix_fleet_waiting',
    help: 'Hand-outs that no worker has yet',
    registers,
  });
  const totals = {
    handedOut: counter('matrix_fleet_hand_outs_total', 'Hand-outs that a worker has taken'),
    lost: counter('matrix_fleet_hand_outs_lost_total', 'Hand-outs that were lost, and handed out again'),
    late: counter(
      'matrix_fleet_late_results_total',
      'Results that came too late, or twice, and were dropped',
    ),
  };
  const all = [workers, places, cells, waiting, ...Object.values(totals)];
  let isThere = false;
  return (fleet) => {
    const { workers: members, waiting: unheld, counts } = fleet;
    if (!isThere) for (const metric of all) register.registerMetric(metric);
    isThere = true;
    workers.set(members.length);
    waiting.set(unheld);
    cells.reset();
    for (const { name, host, arch, taken } of members)
      cells.inc({ worker: name, host: host.name, arch }, taken);
    for (const [state, count] of Object.entries(placesOf(fleet))) places.set({ state }, count);
    for (const name of ['handedOut', 'lost', 'late'] as const) {
      totals[name].reset();
      totals[name].inc(counts[name]);
    }
  };
}

const counter = (name: string, help: string): Counter => new Counter({ name, help, registers: [] });
