/**
 * Writes the stream of an objects pass to standard output: three heap dumps, the last with the given number of
 * entries. Run by heap-dump.ts in a process of its own, so that only the analysis is measured there.
 */
const SHARES = [0.25, 0.5, 1];
const FIRST_ADDRESS = 0x7f00_0000_0000;
const SLOTS_PER_PAGE = 409;
const CLASSES = ['Entry', 'String', 'Array'].map((name, i) => ({ name, address: `0x7e000000${i}010` }));
const [ENTRY, STRING, ARRAY] = CLASSES.map(({ address }) => address);
const HOLDER = '0x7e0000010010';
const FLAGS = '"flags":{"wb_protected":true, "old":true, "uncollectible":true, "marked":true}';

/** Makes addresses as Ruby does: slots of 40 bytes in pages of 16 KiB. */
function addressOf(index: number): string {
  const page = Math.floor(index / SLOTS_PER_PAGE);
  return `0x${(FIRST_ADDRESS + page * 16_384 + 16 + (index % SLOTS_PER_PAGE) * 40).toString(16)}`;
}

/** Writes the four objects of one entry, as Ruby 2.5 does. */
function entry(index: number, generation: number): string {
  const at = [0, 1, 2, 3].map((one) => addressOf(index * 4 + one));
  const made = `"file":"repro.rb", "line":5, "generation":${generation}, "memsize":40, ${FLAGS}}\n`;
  const text = `"class":"${STRING}", "embedded":true, "bytesize":12, "value":"request-${index}", "encoding":"UTF-8"`;
  return (
    `{"address":"${at[0]}", "type":"OBJECT", "class":"${ENTRY}", "ivars":3, "references":["${at[1]}", "${at[2]}"], ${made}` +
    `{"address":"${at[1]}", "type":"STRING", ${text}, ${made}` +
    `{"address":"${at[2]}", "type":"ARRAY", "class":"${ARRAY}", "length":1, "references":["${at[3]}"], ${made}` +
    `{"address":"${at[3]}", "type":"STRING", ${text}, ${made}`
  );
}

/** Writes one dump in parts. The line of the array that holds all entries is the longest by far. */
function* dumpOf(entries: number, mark: number, generationOf: (index: number) => number): Generator<string> {
  yield (
    `{"matrix":"mark","mark":${mark},"iterations":${entries},"gc":${mark * 1000}}\n` +
      `{"type":"ROOT", "root":"vm", "references":["${HOLDER}"]}\n`
  );
  for (const { name, address } of CLASSES)
    yield `{"address":"${address}", "type":"CLASS", "class":"${address}", "name":"${name}", "memsize":712, ${FLAGS}}\n`;
  yield `{"address":"${HOLDER}", "type":"ARRAY", "class":"${ARRAY}", "length":${entries}, "references":["${ARRAY}"`;
  for (let from = 0; from < entries; from += 2000) {
    const some = Array.from({ length: Math.min(2000, entries - from) }, (_, i) => addressOf((from + i) * 4));
    yield some.map((one) => `, "${one}"`).join('');
  }
  yield `], "file":"repro.rb", "line":1, "generation":1, "memsize":${40 + entries * 8}, ${FLAGS}}\n`;
  for (let from = 0; from < entries; from += 64) {
    let text = '';
    for (let i = from; i < Math.min(entries, from + 64); i += 1) text += entry(i, generationOf(i));
    yield text;
  }
}

const entries = Math.floor(Number(process.argv[2]) / (entry(1_000_000, 1000).length + 18));
// Older than the first mark, than the second, than the third.
const generationOf = (index: number): number => SHARES.findIndex((share) => index < share * entries) * 1000;
for (const [index, share] of SHARES.entries()) {
  for (const part of dumpOf(Math.floor(entries * share), index + 1, generationOf)) {
    if (!process.stdout.write(part)) await new Promise((resume) => process.stdout.once('drain', resume));
  }
}
process.stdout.write(
  `{"matrix":"name","owner":null,"object":"${HOLDER}","label":"constant CACHE"}\n{"matrix":"end"}\n`,
);
