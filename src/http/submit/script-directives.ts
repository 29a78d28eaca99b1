import type { NamedOptions } from '../../domain/run/options.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import { selectRubies } from '../../domain/ruby/selector.ts';
import { optionsIn, readMagicComments, type MagicComments } from '../../script/magic-comments.ts';
import { invalid, type NameField } from './field-errors.ts';
import type { ProblemError } from '../answers/problem.ts';

/** Applies the magic comments of a script where the request leaves something open. */
export class ScriptDirectives {
  readonly #matrix: Matrix;
  readonly #nameField: NameField;
  readonly #magic: MagicComments;

  /**
   * Reads the magic comments of a script.
   * @throws {ProblemError} that names the line of a comment that cannot be read
   */
  constructor(text: string, matrix: Matrix, nameField: NameField) {
    this.#matrix = matrix;
    this.#nameField = nameField;
    const comments = readMagicComments(text);
    if (!comments.ok) throw this.#wrong(comments.line, comments.message);
    this.#magic = comments.value;
  }

  /**
   * Selects the rubies that the script names; null where it names none.
   * @throws {ProblemError} for a selector that chooses none
   */
  rubies(): readonly Ruby[] | null {
    const { rubies } = this.#magic;
    for (const { line, value } of rubies) {
      const one = selectRubies(this.#matrix, [value]);
      if (!one.ok) throw this.#wrong(line, `rubies: ${one.message}`);
    }
    const selectors = rubies.map(({ value }) => value);
    const selection = selectors.length === 0 ? null : selectRubies(this.#matrix, selectors);
    return selection?.ok === true ? selection.value : null;
  }

  /**
   * Checks the budget that the script names.
   * @throws {ProblemError} where it is more than allowed
   */
  checkBudget(): void {
    const { maxBudgetSeconds } = this.#matrix.limits;
    const asked = this.#magic.options.budgetSeconds;
    if (asked === undefined || asked.value <= maxBudgetSeconds) return;
    const longest = `the longest that may be asked for is ${maxBudgetSeconds} seconds`;
    throw this.#wrong(asked.line, `budget ${asked.value}: ${longest}`);
  }

  options(): NamedOptions {
    return optionsIn(this.#magic);
  }

  #wrong(line: number, message: string): ProblemError {
    return invalid([
      { code: 'bad-comment', ...this.#nameField(['script']), detail: `line ${line}: ${message}` },
    ]);
  }
}
