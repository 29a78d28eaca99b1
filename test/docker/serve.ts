import { engine } from './setup.ts';

export * from '../serve.ts';

/** Counts the containers of a run that the engine has now, running or not. */
export async function containersOf(runId: string): Promise<number> {
  const filters = { label: [`matrix.run=${runId}`] };
  return (await engine.docker.listContainers({ all: true, filters })).length;
}
