/** Lines of output that are shown of a build that failed. */
const SHOWN_LINES = 30;
const LONGEST_LINE = 500;
/** Characters kept of a build's output. */
const KEPT = 64 * 1024;

/** Keeps the output of a build, and shows which instruction failed. */
export class BuildLog {
  readonly #dockerfile: string;
  #text = '';
  #step: { readonly number: number; readonly instruction: string } | null = null;

  constructor(dockerfile: string) {
    this.#dockerfile = dockerfile;
  }

  add(text: string): void {
    // Colours are for terminals, and a compiler's output ends up in records too.
    const plain = text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
    const step = /^Step (\d+)\/\d+ : (.*)/m.exec(plain);
    if (step) {
      this.#step = { number: Number(step[1]), instruction: step[2] ?? '' };
      this.#text = '';
    } else if (!plain.startsWith(' ---> ')) {
      this.#text = (this.#text + plain).slice(-KEPT);
    }
  }

  get output(): string {
    return this.#text;
  }

  /** Describes a failure: the line of the Dockerfile, the engine's error, and the last lines of output. */
  describe(error: string): string {
    const where = this.#step === null ? '' : this.#where(this.#step.number, this.#step.instruction);
    const lines = this.#text.split('\n').filter((line) => line.trim() !== '');
    const shown = lines.slice(-SHOWN_LINES).map((line) => `  ${line.slice(0, LONGEST_LINE)}`);
    return [`${where}${withoutCommand(error)}`, ...shown].join('\n');
  }

  #where(step: number, instruction: string): string {
    const line = instructionLines(this.#dockerfile)[step - 1];
    const short = instruction.length > 100 ? `${instruction.slice(0, 100)}…` : instruction;
    return line === undefined ? `${short}: ` : `images/Dockerfile:${line}: ${short}: `;
  }
}

/**
 * Finds the first line (counted from 1) of every instruction: the engine numbers its steps by instructions.
 */
export function instructionLines(dockerfile: string): readonly number[] {
  const starts: number[] = [];
  let continues = false;
  for (const [index, line] of dockerfile.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (!continues) starts.push(index + 1);
    continues = line.trimEnd().endsWith('\\');
  }
  return starts;
}

/** Shortens the engine's error, which repeats the whole command in front of its exit code. */
function withoutCommand(error: string): string {
  const code = /returned a non-zero code: (\d+)$/.exec(error.trim());
  return code ? `exit code ${code[1]}` : error.trim();
}
