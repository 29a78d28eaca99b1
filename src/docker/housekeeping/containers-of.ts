import type Docker from 'dockerode';
import { LABELS, ownFilter } from '../labels.ts';

/** Lists the containers of a run, running or not. */
export const containersOf = (docker: Docker, runId: string): Promise<readonly Docker.ContainerInfo[]> =>
  docker.listContainers({ all: true, filters: ownFilter({ [LABELS.run]: runId }) });
