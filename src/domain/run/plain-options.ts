/**
 * What is said of an option that is a yes or no, or a number. The command line, the script's comments, the service, its
 * form, the Action, the record, and the command line that repeats a run have it from here.
 */
export interface PlainOption {
  /** Its word on every face: `--keep-sleep`, `# matrix: keep-sleep`, `?keep-sleep=true`. */
  readonly word: string;
  /** What it does, as a sentence. */
  readonly meaning: string;
  /** null: it is a yes or no. */
  readonly number: { readonly unit: string; readonly example: string } | null;
  readonly form: {
    readonly label: string;
    /** Explains it below its field; null: the label does. */
    readonly hint: string | null;
    /** Whether it is among the options that are folded away. */
    readonly isFolded: boolean;
  };
  /** What a run's page adds to its budget where it was chosen; null: nothing. */
  readonly chosen: string | null;
  /** Its value where nobody chooses one. */
  readonly standard: boolean | number;
}

/** The largest number that an option takes. */
export const MOST = 999_999_999;

type Described = Omit<PlainOption, 'standard' | 'number'>;

const yesOrNo = (described: Described) => ({ ...described, number: null, standard: false as boolean });
const number = (of: NonNullable<PlainOption['number']>, described: Described) => ({
  ...described,
  number: of,
  standard: 0 as number,
});

/** The options, by their names in the record and the API. */
const OPTIONS = {
  exactCount: yesOrNo({
    word: 'exact-count',
    meaning:
      'Keep the script’s own number of iterations, instead of looping on until the verdict is settled.',
    form: { label: 'Keep the script’s own count', hint: null, isFolded: true },
    chosen: 'count of the script kept',
  }),
  keepSleep: yesOrNo({
    word: 'keep-sleep',
    meaning: 'Keep the script’s sleeps, which are otherwise cut to 1 ms where a loop mostly waits.',
    form: {
      label: 'Keep the script’s sleeps',
      hint: 'Otherwise a loop that mostly waits has its sleeps cut to 1 ms, and the result says so.',
      isFolded: false,
    },
    chosen: 'its sleeps kept',
  }),
  leastIterations: number(
    { unit: 'iterations', example: '500000' },
    {
      word: 'at-least',
      meaning: 'Call no loop clean before this many iterations: for leaks that begin late or happen rarely.',
      form: { label: 'Iterations at least', hint: null, isFolded: true },
      chosen: null,
    },
  ),
};

export type PlainName = keyof typeof OPTIONS;
export type PlainOptions = { readonly [K in PlainName]: (typeof OPTIONS)[K]['standard'] };

/** All plain options, each with its name. */
export const PLAIN_OPTIONS: readonly (PlainOption & { readonly name: PlainName })[] = (
  Object.keys(OPTIONS) as PlainName[]
).map((name) => ({ name, ...OPTIONS[name] }));

/** Makes a value for each plain option, such as its schema. */
export const eachPlain = <T>(make: (option: PlainOption) => T): Readonly<Record<PlainName, T>> =>
  Object.fromEntries(PLAIN_OPTIONS.map((option) => [option.name, make(option)])) as Record<PlainName, T>;

/** Makes a value for each plain option, by its word. */
export const eachPlainWord = <T>(make: (option: PlainOption) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(PLAIN_OPTIONS.map((option) => [option.word, make(option)]));

export const STANDARD_PLAIN = eachPlain(({ standard }) => standard) as PlainOptions;

/** Lists what the record says of the options that were chosen for a run: `its sleeps kept`. */
export const chosenPlain = (options: PlainOptions): readonly string[] =>
  PLAIN_OPTIONS.flatMap(({ name, chosen, standard }) =>
    chosen !== null && options[name] !== standard ? [chosen] : [],
  );
