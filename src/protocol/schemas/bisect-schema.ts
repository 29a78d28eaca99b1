import { z } from 'zod';
import type { BisectRecord } from '../../domain/bisect/bisect-record.ts';
import { cellIdSchema } from './cell-name-schema.ts';

const id = cellIdSchema.nullable();
const place = z.int().nonnegative();

const commit = {
  hash: z.string().describe('Its whole hash.'),
  date: z.string().describe('When it was committed, ISO 8601.'),
  author: z.string().describe('Its author.'),
  subject: z.string().describe('The first line of its message.'),
};

const commitSearch = z.object({
  source: z.string().describe('The repository, as the command named it.'),
  from: z.string().describe('One end, as the command named it.'),
  to: z.string().describe('The other.'),
  firstParent: z.boolean().describe('Whether a merge is one step, whatever it brought.'),
  commits: z
    .array(
      z.object({
        ...commit,
        parents: z.array(place).describe('Places of its parents in the list.'),
      }),
    )
    .describe('Parents before children; the first is where the histories of both ends part.'),
  ends: z
    .object({
      from: place.describe('Place of `from` among them.'),
      to: place.describe('Place of `to`.'),
    })
    .describe('Where both ends are.'),
});

const leak = z.object({
  cause: z.enum(['native', 'objects', 'outside-malloc']).nullable().describe('What grows.'),
  bytesPerIteration: z
    .number()
    .nullable()
    .describe('Mean over its cells; null where there is no constant rate.'),
  slotsPerIteration: z.number().nullable().describe('Likewise, objects.'),
  cells: z.array(cellIdSchema).describe('Cells that were measured and have it.'),
  neverFixedIn: z.array(z.string()).describe('Series that end with it though it was fixed in others.'),
  notKnownIn: z
    .array(z.string())
    .describe('Series that have it as far as is known, which is not to their end.'),
});

const transition = z.object({
  kind: z
    .enum(['introduced', 'fixed', 'changed'])
    .describe('`changed`: another leak takes the place of one, or is added to it.'),
  series: z
    .string()
    .describe(
      'The series in which it shows, `2.4`; the gem where that is searched; of commits, the end that it is on the way to.',
    ),
  from: cellIdSchema.describe('The last cell that is known before it.'),
  to: cellIdSchema.describe('The first that is known after it.'),
  leak: place.describe('Place in `leaks`: of the one that comes, else of the one that goes.'),
  instead: place.nullable().describe('`changed`: place of the one that goes.'),
  lastWithout: id.describe('Where the leak comes: the last cell without it.'),
  firstWith: id.describe('Where the leak comes: the first cell with it.'),
  lastWith: id.describe('Where it goes: the last cell with it.'),
  firstWithout: id.describe('Where it goes: the first cell without it.'),
  unknown: z.array(cellIdSchema).describe('Cells in between that gave no answer.'),
  commits: z
    .array(z.object(commit))
    .default([])
    .describe('Of commits: the one that did it; several where those in between gave no answer.'),
});

const finding = z.object({
  track: z
    .string()
    .describe(
      'What its cells have in common: `+yjit`, or the ruby whose gem is searched; empty: nothing special.',
    ),
  loop: z
    .object({
      line: z.int().positive().describe('Line that it begins on.'),
      context: z.string().nullable().describe('Method, test or round that it runs in.'),
    })
    .nullable()
    .describe('The loop, where the script has several.'),
  leaks: z.array(leak).describe('Leaks that are unlike each other.'),
  transitions: z.array(transition).describe('Where they come and go, in the order of the series.'),
  cells: z
    .array(
      z.object({
        cell: cellIdSchema.describe('Its id.'),
        state: z
          .enum(['leak', 'clean', 'fails'])
          .nullable()
          .describe('`fails`: the script does not run there; null: nobody knows.'),
        leak: place.nullable().describe('Place in `leaks`.'),
        isMeasured: z.boolean().describe('false: its state follows from others.'),
      }),
    )
    .describe('Every cell of the search; of commits, those that were measured.'),
});

/** What `matrix bisect` has found. */
export const bisectSchema = z.object({
  gem: z.string().nullable().describe('The gem whose versions are searched; null: releases of Ruby are.'),
  candidates: z.array(cellIdSchema).describe('Every cell that may be asked, oldest first.'),
  unavailable: z.array(cellIdSchema).describe('Those that cannot be measured here.'),
  commits: commitSearch
    .nullable()
    .default(null)
    .describe('The commits that are searched; null: releases are.'),
  findings: z.array(finding).describe('One for each loop and each combination of settings.'),
  open: z
    .array(
      z.object({
        from: cellIdSchema.describe('A cell on one side of a change.'),
        to: cellIdSchema.describe('A cell on the other.'),
        cells: place.describe('Cells in between that may still be asked.'),
      }),
    )
    .describe('Intervals that are not settled yet.'),
}) satisfies z.ZodType<BisectRecord>;
