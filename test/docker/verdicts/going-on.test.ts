import { beforeAll, describe, expect, test } from 'vitest';
import { buildImages, createHarness, onlyCell, type Harness } from '../../harness.ts';

const THING = 'class Thing; def initialize(n); @n = n; end; end\nKEPT = []\n';

/** Loops that the script itself ends after a few hundred iterations; each keeps one object per iteration. */
const LEAKS: Record<string, string> = {
  'while that counts': 'i = 0\nwhile i < 300\n  KEPT << Thing.new(i)\n  i += 1\nend\nraise unless i >= 300',
  'until that counts down': 'i = 300\nuntil i <= 0 do KEPT << Thing.new(i); i -= 1 end',
  'loop with a break if': 'i = 0\nloop do\n  i = i + 1\n  KEPT << Thing.new(i)\n  break if i == 300\nend',
  'an endless call with a break if': '1.step { |i| KEPT << Thing.new(i); break if i == 300 }',
  'a condition that counts': 'i = 0\nKEPT << Thing.new(i) while (i += 1) <= 300',
  each_slice: '(1..600).each_slice(2) { |a, _| KEPT << Thing.new(a) }',
  'for in a range': 'for i in 1..300\n  KEPT << Thing.new(i)\nend\nputs i',
};

/** Makes the same script with nothing kept. */
const twin = (text: string): string => text.replace('KEPT << Thing.new', 'Thing.new');

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['2.7.4']);
  await buildImages(harness);
});

const cellOf = async (text: string) =>
  onlyCell(await harness.run({ script: { name: 'repro.rb', text: THING + text } }));

const loopsOf = async (text: string) => {
  const cell = await cellOf(text);
  return { cell, told: cell.loops.map(({ line, verdict, cause }) => [line, verdict, cause]) };
};

describe('a loop that ends too soon continues', () => {
  test.each(Object.entries(LEAKS))('%s', async (_name, text) => {
    const leak = await cellOf(text);
    expect([leak.message, leak.verdict, leak.cause]).toEqual([expect.anything(), 'leak', 'objects']);
    expect(leak.growth?.liveSlots.perIteration).toBeCloseTo(1, 1);
    expect(leak.iterations).toBeGreaterThan(1_000);
    const clean = await cellOf(twin(text));
    expect([clean.message, clean.verdict]).toEqual([expect.anything(), 'clean']);
  });

  test('not where the script leaves it on purpose', async () => {
    const cell = await cellOf(
      'ran = 0\n(1..600).each_slice(2) { |a, _| ran += 1; break if a > 99 }\nputs ran',
    );
    expect([cell.verdict, cell.output]).toEqual(['inconclusive', '51\n']);
  });

  test.each([
    'i = 0\nwhile i < list.size\n  list.fetch(i).to_s\n  i += 1\nend',
    '0.step { |i|\n  break if i == 300\n  list.fetch(i).to_s\n}',
  ])('what its body raises past the count is not the script’s error: %s', async (text) => {
    const cell = await cellOf(`list = (1..300).to_a\n${text}`);
    expect([cell.outcome, cell.message]).toEqual([
      'measured',
      expect.stringContaining("past the script's own count of 300 its body raised IndexError"),
    ]);
  });

  test('a limit of the cell that its body reaches past the count is explained', async () => {
    const cell = await cellOf('ends = []\n100.times { ends << IO.pipe }');
    expect([cell.outcome, cell.verdict, cell.message]).toEqual([
      'measured',
      'inconclusive',
      expect.stringMatching(
        /^past the script's own count of 100 its body raised Errno::EMFILE: .*; a cell may have \d+ open files \(limits\.openFiles in matrix\.yaml\): a script that opens one in every iteration and never closes it leaks them$/,
      ),
    ]);
  });

  test('a process that is refused, which ruby waits for in silence, is told', async () => {
    const cell = onlyCell(
      await harness.run({
        script: { name: 'repro.rb', text: '100.times { fork { exit! } }' },
        options: { budgetSeconds: 3 },
      }),
    );
    expect([cell.verdict, cell.warnings, cell.message]).toEqual([
      'inconclusive',
      [],
      expect.stringMatching(
        /^the budget of 3 seconds ended after .*; the script was refused a process or thread: a cell may/,
      ),
    ]);
  });

  test('a thread that is refused, which ruby reports, is explained once', async () => {
    const cell = await cellOf('50.times { Thread.new { sleep } }');
    expect([cell.verdict, cell.warnings, cell.message]).toEqual([
      'inconclusive',
      [],
      expect.stringMatching(
        /^past the script's own count of 50 its body raised ThreadError: .*; a cell may have \d+ processes and threads/,
      ),
    ]);
  });

  test('a thread that is refused and rescued is told beside the verdict', async () => {
    const cell = await cellOf(
      [
        'begin',
        '  Array.new(300) { Thread.new { sleep } }',
        'rescue ThreadError',
        '  (Thread.list - [Thread.current]).each(&:kill).each(&:join)',
        'end',
        '100_000.times { |i| i.to_s }',
      ].join('\n'),
    );
    const last = cell.loops.at(-1);
    expect([last?.line, last?.verdict, cell.warnings]).toEqual([
      8,
      'clean',
      [
        expect.stringMatching(
          /^the script was refused a process or thread: a cell may have \d+ processes and threads/,
        ),
      ],
    ]);
  });
});

describe('what a call collects is judged apart from what it keeps', () => {
  test('beside another loop', async () => {
    const { cell, told } = await loopsOf(
      'names = 2_000.times.map { |i| KEPT << Thing.new(i); i.to_s }\n5_000.times { |i| names[i % 2_000].dup }',
    );
    expect(told).toEqual([
      [3, 'leak', 'objects'],
      [4, 'clean', null],
    ]);
    expect(cell.growth?.liveSlots.perIteration).toBeCloseTo(1, 1);
  });

  test('its result is not a leak, and its value is what the script makes of it', async () => {
    const { cell, told } = await loopsOf(
      'names = 2_000.times.map { |i| i.to_s }\n5_000.times { |i| names[i % 2_000].dup }\nputs names.map { |name| name.size }.size',
    );
    expect(told.map(([, verdict]) => verdict)).toEqual(['clean', 'clean', 'clean']);
    expect(cell.output).toBe('2000\n');
  });

  test('a collection that is gone through behind the last loop', async () => {
    const { told } = await loopsOf(
      'list = Array.new(3_000) { |i| i.to_s }\n5_000.times { |i| list[i % 3_000].dup }\nlist.each { |one| KEPT << Thing.new(one) }',
    );
    expect(told).toEqual([
      [3, 'clean', null],
      [4, 'clean', null],
      [5, 'leak', 'objects'],
    ]);
  });

  test('whatever calls its block often, in an open file, too', async () => {
    const { told } = await loopsOf(
      [
        'File.open("lines", "w") { |file| 2_000.times { |i| file.puts i } }',
        'File.open("lines") do |file|',
        '  file.each_line { |line| KEPT << line }',
        'end',
        'File.foreach("lines") { |line| line.upcase }',
        '5_000.times { |i| i.to_s }',
      ].join('\n'),
    );
    expect(told).toEqual([
      [3, 'clean', null],
      [5, 'leak', 'objects'],
      [7, 'clean', null],
      [8, 'clean', null],
    ]);
  });

  test('a few rounds of a report are no loop', async () => {
    const { told } = await loopsOf(
      '5_000.times { |i| i.to_s }\nGC.stat.map { |key, value| "#{key}: #{value}" }',
    );
    expect(told).toEqual([[3, 'clean', null]]);
  });
});

/** Makes a script with a table that a later loop reads. */
const built = (body: string): string =>
  [
    'data = {}',
    `2_000.times { |i| ${body}data[i] = Thing.new(i) }`,
    '9_000.times { |i| data[i % 99].hash }',
  ].join('\n');

describe('what a loop builds for later lines is not a leak, what it loses is', () => {
  test('a table goes with its variable', async () => {
    const { cell, told } = await loopsOf(built(''));
    expect(told).toEqual([
      [4, 'clean', null],
      [5, 'clean', null],
    ]);
    expect(cell.loops[0]).toMatchObject({ code: 'clean-set-up', message: expect.stringContaining('built ') });
  });

  test('memory that is lost on the way stays', async () => {
    const { cell, told } = await loopsOf(built('TracePoint.new(:line) {}; '));
    expect(told).toEqual([
      [4, 'leak', 'native'],
      [5, 'clean', null],
    ]);
    expect(cell.growth?.malloc.perIteration).toBeCloseTo(64, 0);
  });

  test('what can be built only once is judged as before', async () => {
    const once = 'defined?(ONCE) ? raise("twice") : {}\nONCE = true';
    const { told } = await loopsOf(built('').replace('{}', once));
    expect(told[0]).toEqual([5, 'leak', 'objects']);
  });
});

describe('a table of many rounds', () => {
  const TABLE =
    '%w[a b c d e f g h].each do |name|\n  5.times do\n    100.times { (1..9_000).inject { |a, b| a + b }; KEPT << name if name == LEAKS }\n  end\nend\n';

  test('takes no more checkpoints than anybody reads, and its last round counts', async () => {
    const many = TABLE.replace('%w[a b c d e f g h]', '(1..40).to_a').replace('5.times', '1.times');
    const cell = await cellOf(`LEAKS = 0\n${many}`);
    expect([cell.outcome, cell.message]).toEqual(['measured', expect.anything()]);
    expect(cell.warnings).toEqual([]);
  });

  test('rounds that the budget does not reach are no part of a clean verdict', async () => {
    const text = `${THING}LEAKS = "h"\n${TABLE.replace('100.times', '600.times')}`;
    const run = await harness.run({ script: { name: 'repro.rb', text }, options: { budgetSeconds: 3 } });
    const cell = onlyCell(run);
    expect(cell.verdict).toBe('inconclusive');
    // On a busy machine the first round, too, may have run too seldom to be judged.
    expect(cell.loops.map(({ code }) => code)).toContain('rounds-not-reached');
    expect(run.sentence).toMatch(/in rounds after \d (is|are) inconclusive/);
  });
});

test('an enumerator that is left half-way is not a leak of ours', async () => {
  const text =
    'def parts(line)\n  return enum_for(:parts, line) unless block_given?\n  line.split(";").each { |part| yield part }\nend\n5_000.times { parts("a;b").next }';
  const cell = await cellOf(text);
  expect([cell.message, cell.verdict]).toEqual([expect.anything(), 'clean']);
});
