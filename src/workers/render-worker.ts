import { rendered, showsTraces, type Rendered, type Rendering } from '../http/runs/render.ts';
import { createResultsStore } from '../store/runs/results-store.ts';

export interface RenderTask {
  /** The results folder: samples are read here, so that they need not travel between threads. */
  readonly folder: string;
  readonly what: Rendering;
}

/** Renders a run on a thread of its own (render-in-workers.ts). */
export async function render({ folder, what }: RenderTask): Promise<Rendered> {
  const store = createResultsStore({ folder, warn: () => {} });
  return rendered(what, showsTraces(what) ? await store.loadTraces(what.run.id) : []);
}
