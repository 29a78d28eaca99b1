import { chosenOptions, type MeasureOptions } from '../../domain/run/options.ts';
import type { OtherScript } from '../../domain/run/script-variant.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import { selectRubies } from '../../domain/ruby/selector.ts';
import { clashOf } from '../../engine/plan/check-request.ts';
import type { Submission } from '../../engine/service/intake/submission.ts';
import { checked, invalid, type NameField } from './field-errors.ts';
import { namedIn } from './option-fields.ts';
import { ScriptDirectives } from './script-directives.ts';
import { submissionSchema, type SubmissionBody } from './submission-schema.ts';

const asOther = ({ name, script }: SubmissionBody['others'][number]): OtherScript => ({
  name,
  text: script,
  path: null,
});

export type RequestDraft = Submission['request'];

/**
 * Checks submissions of every form. The schema is made once, since each one takes memory that is not freed.
 */
export class Drafts {
  readonly schema: ReturnType<typeof submissionSchema>;
  readonly #matrix: Matrix;

  constructor(matrix: Matrix) {
    this.schema = submissionSchema(matrix.limits);
    this.#matrix = matrix;
  }

  /**
   * Checks a submission, and makes the draft of a run from it.
   * @throws {ProblemError} that names every wrong field
   */
  draft(value: unknown, nameField: NameField): RequestDraft {
    const body = checked(this.schema, value, nameField);
    const { name, script, others, args, files, basedOn } = body;
    if (Object.hasOwn(files, name)) {
      throw invalid([
        {
          code: 'name-clash',
          ...nameField(['files', name]),
          detail: 'the script itself has that name',
        },
      ]);
    }
    const clash = clashOf([name, ...Object.keys(files)]);
    if (clash !== null) throw invalid([{ code: 'name-clash', ...nameField(['files']), detail: clash }]);
    const directives = new ScriptDirectives(script, this.#matrix, nameField);
    return {
      script: { name, text: script },
      body: null,
      ...(basedOn === undefined ? {} : { basedOn }),
      ...(others.length === 0 ? {} : { others: others.map(asOther) }),
      files: Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })),
      args,
      rubies: this.#rubiesOf(body, nameField) ?? directives.rubies(),
      options: this.#optionsOf(body, directives, nameField),
    };
  }

  #optionsOf(body: SubmissionBody, directives: ScriptDirectives, nameField: NameField): MeasureOptions {
    const named = namedIn(body);
    // The script's budget matters only where it is used.
    if (named.budgetSeconds === undefined) directives.checkBudget();
    const own =
      body.others.length === 0 ? directives.options() : { ...directives.options(), without: undefined };
    const options = chosenOptions(this.#matrix.defaults, named, own);
    const allowed = this.#matrix.clientPackages ?? [];
    const refused = options.debianPackages.filter((name) => !allowed.includes(name));
    if (refused.length === 0) return options;
    const others = allowed.length === 0 ? 'it allows none' : `it allows ${allowed.join(', ')}`;
    const detail = `${refused.join(', ')}: Debian packages have to be allowed by the operator (client-debian-packages in matrix.yaml), and ${others}`;
    const field = named.debianPackages === undefined ? ['script'] : ['options', 'debianPackages'];
    throw invalid([{ code: 'not-allowed', ...nameField(field), detail }]);
  }

  /** Selects the rubies of a submission; null where it names none. */
  #rubiesOf({ rubies }: SubmissionBody, nameField: NameField): readonly Ruby[] | null {
    if (rubies === undefined) return null;
    const selectors = typeof rubies === 'string' ? [rubies] : rubies;
    const errors = selectors.flatMap((selector, index) => {
      const selection = selectRubies(this.#matrix, [selector]);
      const path = typeof rubies === 'string' ? ['rubies'] : ['rubies', String(index)];
      return selection.ok
        ? []
        : [{ code: 'unknown-ruby' as const, ...nameField(path), detail: selection.message }];
    });
    if (errors.length > 0) throw invalid(errors);
    const selection = selectRubies(this.#matrix, selectors);
    return selection.ok ? selection.value : null;
  }
}
