import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceReader } from '../../../src/protocol/trace-reader.ts';

const LINES = [
  { matrix: 'trace', iterations: [10, 20, 40], oneInBlocks: 2 },
  {
    matrix: 'site',
    size: 64,
    varied: 1,
    marks: [
      [10, 0, 10, 640],
      [20, 0, 20, 1280],
      [40, 0, 40, 2560],
    ],
    ruby: [{ at: 7, file: '/work/dir/repro.rb', method: '<main>' }],
    script: { at: 7, file: '/work/dir/repro.rb', method: '<main>' },
    called: 'new',
    receiver: '0x55aa',
    ofClass: true,
    stack: [
      { offset: 1, function: 'site_here', library: 'tracer.so', path: '/opt/matrix/tracer.so' },
      {
        offset: 99,
        function: 'rb_file_expand_path_fast',
        library: 'libruby.so.2.3',
        path: '/usr/lib/libruby.so.2.3',
      },
      { offset: 5, function: null, library: null, path: null },
    ],
  },
  {
    matrix: 'lines',
    path: '/usr/lib/libruby.so.2.3',
    offset: 99,
    frames: [
      { at: 3621, function: 'str_shrink', file: '/usr/src/ruby/file.c' },
      { at: 3648, function: 'rb_file_expand_path_fast', file: '/usr/src/ruby/file.c' },
    ],
  },
  { matrix: 'module', address: '0x55aa', name: 'TracePoint' },
  { matrix: 'end' },
];
const BYTES = new TextEncoder().encode(
  `${LINES.map((line) => JSON.stringify(line)).join('\n')}\nrubbish\n{"matrix":"other"}\n`,
);

const read = (...chunks: readonly Uint8Array[]) => {
  const reader = new TraceReader('/work/dir');
  for (const chunk of chunks) reader.push(chunk);
  return reader.result(8);
};

describe('the report of the tracer', () => {
  it('is read with inlined functions, names of classes, and paths below the working directory', () => {
    expect(read(BYTES)).toMatchSnapshot();
  });

  it('is the same wherever it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: BYTES.length }), (at) => {
        expect(read(BYTES.subarray(0, at), BYTES.subarray(at))).toEqual(read(BYTES));
      }),
    );
  });

  it('says so when it broke off', () => {
    expect(read(BYTES.subarray(0, 300)).complete).toBe(false);
    expect(read()).toEqual({
      iterations: [],
      oneInBlocks: 1,
      sites: [],
      objects: null,
      notes: [],
      complete: false,
    });
  });
});

const place = (file: string, script: number, made: number, ofClass?: string) => ({
  matrix: 'place',
  file,
  line: 3,
  script,
  count: 900,
  made,
  class: ofClass,
});
const objectsOf = (...lines: readonly unknown[]) =>
  read(new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))).objects;

describe('new objects', () => {
  const PLACES = [
    place('/work/dir/repro.rb', 7, 300, '0x55aa'),
    place('/usr/lib/ruby/json.rb', 7, 30, '0x55aa'),
    place('/opt/matrix/explain.rb', 7, 5, '0x55aa'),
    place('/work/dir/repro.rb', 7, 20),
    place('/work/dir/repro.rb', 8, 20, '0x66bb'),
  ];
  const [named, end] = [LINES.at(-2), LINES.at(-1)];
  const own = { matrix: 'own', folder: '/opt/matrix' };

  it('are counted by class and line of the script, without those of Matrix', () => {
    expect(objectsOf(named, own, ...PLACES, { matrix: 'counted', lost: 0 }, end)).toEqual([
      { line: 7, className: 'TracePoint', objects: 330 },
    ]);
  });

  it('are not known where some are missing', () => {
    expect(objectsOf(named, own, ...PLACES, { matrix: 'counted', lost: 3 }, end)).toBeNull();
    expect(objectsOf(named, own, ...PLACES, end)).toBeNull();
    expect(objectsOf(named, own, ...PLACES, { matrix: 'counted', lost: 0 })).toBeNull();
  });
});
