import type Docker from 'dockerode';
import { LABELS, ownFilter } from '../labels.ts';

/** Containers of a run that are there, running or not. */
export const containersOf = (docker: Docker, runId: string): Promise<readonly Docker.ContainerInfo[]> =>
  docker.listContainers({ all: true, filters: ownFilter({ [LABELS.run]: runId }) });
