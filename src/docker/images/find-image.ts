import type Docker from 'dockerode';
import { statusOf } from '../connection/explain.ts';

/** What is known of an image that is here. */
export interface LocalImage {
  readonly id: string;
  /** Repo digest, or the id where the image was built or imported here. */
  readonly digest: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Looks for an image by name or id; null when it is not here. Throws what else the engine says. */
export async function findImage(docker: Docker, reference: string): Promise<LocalImage | null> {
  try {
    const image = await docker.getImage(reference).inspect();
    const labels = image.Config?.Labels ?? {};
    return { id: image.Id, digest: image.RepoDigests?.[0] ?? image.Id, labels };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
