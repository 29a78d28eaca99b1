import { parseFrame, type Frame } from './frames.ts';

/**
 * Reads the lines of one container. The supervisor begins each of its frames with a key that only it knows, so a
 * script that finds a way to the container's stdout cannot speak in its name: that line is foreign. What was said
 * before the first line with the key was said before the script started.
 */
export class FrameReader {
  readonly #start: string;
  #isKeyed = false;

  constructor(key: string) {
    this.#start = `${key} `;
  }

  /** Returns the frame of a line; null for anything else. */
  read(line: string): Frame | null {
    if (line.startsWith(this.#start)) {
      this.#isKeyed = true;
      return parseFrame(line.slice(this.#start.length));
    }
    return this.#isKeyed ? { t: 'foreign', line: '' } : parseFrame(line);
  }
}
