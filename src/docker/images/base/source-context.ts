import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import type { Done } from '../../../domain/result.ts';
import type { Checkout } from '../../../engine/ports.ts';
import type { HostSetup } from '../../host/host-setup.ts';
import type { Instance } from '../../identity.ts';
import type { SingleFlight } from '../../single-flight.ts';
import type { BaseResult } from './base.ts';
import type { Registries } from '../pull/registry.ts';

/** Reads a folder of a repository at a commit. */
export type Archive = (checkout: Checkout, signal: AbortSignal) => Readable;

/** Shared context of the sources of rubies. */
export interface SourceContext {
  readonly docker: Docker;
  /** Architecture of the engine, in Debian's words. */
  readonly arch: string;
  readonly registries: Registries;
  /** Running pulls, by reference: many rubies may be in one image, or be compiled in it. */
  readonly pulls: SingleFlight<Done>;
  /** Bases that are being made, by what goes into them: two rubies may need the same one. */
  readonly bases: SingleFlight<BaseResult>;
  readonly setup: HostSetup;
  /** Owner of containers that are started to make an image. */
  readonly instance: Instance;
  /** Sandboxing runtime of the operator's choice; null: the engine's own. */
  readonly runtime: string | null;
  /** Folder for the files of a Debian base while it is made. */
  readonly scratchFolder: string;
  /** Streams the files of a commit as a tar; the stream fails where they cannot be read. */
  readonly archive: Archive;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}
