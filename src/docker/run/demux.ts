import { EngineError } from '../../engine/ports.ts';

/** A piece of what the container wrote, cut where the chunks of the connection were cut. */
export interface OutputPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 8;

/**
 * Splits the engine's multiplexed stream: frames of `[stream, 0, 0, 0, length (4, big endian), payload]`.
 * Payloads are passed on as they come and never gathered, so a frame of any size costs no memory, and tiny
 * frames cost no copies.
 * @throws {EngineError} when the stream is not of that form
 */
export class Demux {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerFilled = 0;
  #payloadLeft = 0;
  #stream: OutputPiece['stream'] = 'stdout';

  push(chunk: Uint8Array): readonly OutputPiece[] {
    const parts: OutputPiece[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadLeft === 0) {
        at += this.#takeHeader(chunk, at);
        continue;
      }
      const bytes = chunk.subarray(at, at + this.#payloadLeft);
      this.#payloadLeft -= bytes.length;
      at += bytes.length;
      parts.push({ stream: this.#stream, bytes });
    }
    return parts;
  }

  #takeHeader(chunk: Uint8Array, at: number): number {
    const piece = chunk.subarray(at, at + HEADER_BYTES - this.#headerFilled);
    this.#header.set(piece, this.#headerFilled);
    this.#headerFilled += piece.length;
    if (this.#headerFilled === HEADER_BYTES) this.#readHeader();
    return piece.length;
  }

  #readHeader(): void {
    const [stream, ...padding] = this.#header.subarray(0, 4);
    if (stream === undefined || stream > 2 || padding.some((byte) => byte !== 0)) {
      const seen = [...this.#header].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
      throw new EngineError(
        `the engine sent output that is not framed as expected (${seen}): is something between us and the engine?`,
      );
    }
    this.#stream = stream === 2 ? 'stderr' : 'stdout';
    this.#payloadLeft = new DataView(this.#header.buffer).getUint32(4);
    this.#headerFilled = 0;
  }
}
