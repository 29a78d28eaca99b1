import { parseFrame, type Frame } from './frames.ts';

/**
 * Reads the lines of one container. The supervisor begins each of its frames with a key that only it knows,
 * so a script that gets access to the container's stdout cannot forge frames: such a line is foreign. Lines
 * before the first frame were written before the script started.
 */
export class FrameReader {
  readonly #start: string;
  #isKeyed = false;

  constructor(key: string) {
    this.#start = `${key} `;
  }

  /** Reads the frame of a line; null for anything else. */
  read(line: string): Frame | null {
    if (line.startsWith(this.#start)) {
      this.#isKeyed = true;
      return parseFrame(line.slice(this.#start.length));
    }
    return this.#isKeyed ? { t: 'foreign', line: '' } : parseFrame(line);
  }
}
