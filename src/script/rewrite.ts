import type { LoopSite } from './loops.ts';
import type { Continuation } from './continuation.ts';
import { child, end, list, placeOf, statements, walk, type SourceRange, type SyntaxNode } from './syntax.ts';

/** Replaces the bytes [from, to) of the source. Edits never overlap. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Closes an earlier edit: of several at one place the innermost comes first. */
  readonly closes?: true;
}

const encoder = new TextEncoder();
// A byte order mark inside of a script is the script's own.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function applyEdits(source: string, edits: readonly Edit[]): string {
  const bytes = encoder.encode(source);
  const ordered = edits.map((edit, index) => ({ edit, order: edit.closes === true ? -1 - index : index }));
  const sorted = ordered
    .sort((a, b) => a.edit.from - b.edit.from || a.edit.to - b.edit.to || a.order - b.order)
    .map(({ edit }) => edit);
  let at = 0;
  let out = '';
  for (const edit of sorted) {
    out += decoder.decode(bytes.subarray(at, edit.from)) + edit.text;
    at = edit.to;
  }
  return out + decoder.decode(bytes.subarray(at));
}

/** Keeps the line breaks of a replaced piece, so that line numbers stay. */
const breaks = (source: Uint8Array, from: number, to: number): string =>
  '\n'.repeat(source.subarray(from, to).filter((byte) => byte === 10).length);

function drive(loop: LoopSite, index: number, bytes: Uint8Array): readonly Edit[] {
  const { node, kind } = loop;
  const message = placeOf(node, 'messageLoc');
  const receiver = child(node, 'receiver');
  const args = list(child(node, 'arguments'), 'arguments');
  const opening = placeOf(node, 'openingLoc');
  const closing = placeOf(node, 'closingLoc');
  if (message === null) return [];
  const nameEnd = opening === null ? end(message) : end(opening);
  const block = child(node, 'block');
  const blockArgument = block?.type === 'BlockArgumentNode' ? block : null;
  if (kind === 'loop' || receiver === null) {
    const to = blockArgument === null && closing !== null ? end(closing) : end(message);
    const from = receiver?.location.startOffset ?? node.location.startOffset;
    const call = `${gap(bytes, from)}::MATRIX_LOOP.loop(${index}`;
    if (blockArgument === null) return [{ from, to, text: `${call})${breaks(bytes, from, to)}` }];
    return [{ from, to: nameEnd, text: `${call}, ` }, ...closeAfter(blockArgument, closing)];
  }
  const method = kind === 'times' ? 'times' : 'each';
  const before = insert(
    receiver.location.startOffset,
    `${gap(bytes, receiver.location.startOffset)}::MATRIX_LOOP.${method}(${index}, (`,
  );
  const dot = placeOf(node, 'callOperatorLoc');
  // Only the dot is removed: line breaks, comments and the text of a heredoc around it stay.
  const undotted = dot === null ? [] : [{ from: dot.startOffset, to: end(dot), text: '' }];
  const symbol = method === 'each' ? `, :${kind}` : '';
  const from = message.startOffset;
  const last = blockArgument ?? args.at(-1);
  if (last === undefined) {
    const to = closing === null ? end(message) : end(closing);
    return [before, ...undotted, { from, to, text: `)${symbol})${breaks(bytes, from, to)}` }];
  }
  return [before, ...undotted, { from, to: nameEnd, text: `)${symbol}, ` }, ...closeAfter(last, closing)];
}

/** Adds a space where `::` would join what is before it, as in `{a:1_000.times { }}`. */
const gap = (source: Uint8Array, at: number): string =>
  at > 0 && /[\w?!:@$]/.test(String.fromCharCode(source[at - 1] ?? 32)) ? ' ' : '';

const closeAfter = (last: SyntaxNode, closing: SourceRange | null): readonly Edit[] =>
  closing === null ? [close(end(last.location), ')')] : [];

/**
 * Calls the prelude at the start of each iteration, and where the loop begins and ends. A loop that can only
 * continue by being evaluated again is wrapped in `begin … end while`, not in a block, so that its variables
 * stay the script's; its last value is its value.
 */
function count(loop: LoopSite, way: Continuation, index: number): readonly Edit[] {
  const ticks = tick(loop, index);
  if (ticks.length === 0 || (loop.role === 'collecting' && way === null)) return ticks;
  const from = loop.node.location.startOffset;
  const to = end(loop.node.location);
  const call = (name: string): string => `::MATRIX_LOOP.${name}(${index}`;
  const past = way === null ? '' : ` rescue ::StandardError; ${call('past')});`;
  // In parentheses, so that a modifier after it does not turn it into a `begin … end while`.
  const closing = `;${past} ensure ${call('leave')}); end)`;
  if (way?.kind !== 'repeated')
    return [insert(from, `(begin; ${call('enter')}); `), ...ticks, close(to, closing)];
  return [
    insert(from, `(begin; ${call('enter')}); begin; ${call('keep')}, (`),
    ...ticks,
    close(to, `)); end while ${call('again?')}); ${call('kept')})${closing}`),
  ];
}

/** `i < 1000` becomes `((i < 1000) || on)`: the prelude is asked where the loop would end. */
function ignoreConditions(way: Continuation, index: number): readonly Edit[] {
  if (way?.kind !== 'conditions') return [];
  return way.conditions.flatMap(({ node, endsWhen }) => [
    insert(node.location.startOffset, '(('),
    close(end(node.location), `) ${endsWhen ? '&& !' : '|| '}::MATRIX_LOOP.on(${index}))`),
  ]);
}

function tick(loop: LoopSite, index: number): readonly Edit[] {
  const first = loop.body[0];
  const last = loop.body.at(-1);
  if (first === undefined || last === undefined) return [];
  const call = `::MATRIX_LOOP.tick(${index}); `;
  const keyword = placeOf(loop.node, 'keywordLoc');
  const isModifier =
    keyword !== null && loop.node.type !== 'ForNode' && keyword.startOffset > first.location.startOffset;
  if (isModifier && first.type !== 'BeginNode') {
    // `work while true`: the call has to become part of what is repeated.
    return [insert(first.location.startOffset, `(${call}`), close(end(last.location), ')')];
  }
  const inside = isModifier ? statements(first)[0] : first;
  return inside === undefined ? [] : [insert(inside.location.startOffset, call)];
}

const insert = (at: number, text: string): Edit => ({ from: at, to: at, text });
const close = (at: number, text: string): Edit => ({ from: at, to: at, text, closes: true });

/** Passes the loops to the prelude, each under its position in the list. */
export function driveLoops(
  source: string,
  loops: readonly { readonly site: LoopSite; readonly way: Continuation }[],
): string {
  const bytes = encoder.encode(source);
  const edits = loops.flatMap(({ site, way }, index) => [
    ...(site.role === 'driven' ? drive(site, index, bytes) : count(site, way, index)),
    ...ignoreConditions(way, index),
  ]);
  return applyEdits(source, edits);
}

/** Nodes with a `return` or `next` of their own. */
const KEEPS_RETURN = new Set(['DefNode', 'LambdaNode', 'BlockNode', 'WhileNode', 'UntilNode', 'ForNode']);

/** Finds the first statement that can be repeated; `BEGIN { … }` is only allowed at the top of a script. */
export function bodyStart(root: SyntaxNode, from: number): SyntaxNode | null {
  const found = statements(child(root, 'statements')).filter((one) => one.location.startOffset >= from);
  return found[found.findLastIndex(({ type }) => type === 'PreExecutionNode') + 1] ?? null;
}

/**
 * Wraps everything from `from` on into a loop that runs as long as the verdict needs. The body is a block, so
 * that constants, classes, methods and the set-up's local variables mean what they mean at the top of a
 * script. A `return` of the script itself ends that iteration.
 */
export function wrapBody(source: string, root: SyntaxNode, from: number, data: SourceRange | null): string {
  const first = bodyStart(root, from);
  if (first === null) return source;
  const size = encoder.encode(source).length;
  const stop = data?.startOffset ?? size;
  const start = first.location.startOffset;
  const edits: Edit[] = [
    { from: start, to: start, text: '::MATRIX_LOOP.loop(0) do; ' },
    { from: stop, to: stop, text: '\nend\n' },
  ];
  for (const { node, ancestors } of walk(root)) {
    if (node.type !== 'ReturnNode' || node.location.startOffset < start) continue;
    if (ancestors.some(({ type }) => KEEPS_RETURN.has(type))) continue;
    edits.push({
      from: node.location.startOffset,
      to: node.location.startOffset + 'return'.length,
      text: 'next',
    });
  }
  return applyEdits(source, edits);
}
