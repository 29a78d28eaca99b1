import { sourceName, type Ruby, type RubySource } from '../../../domain/ruby/ruby.ts';
import type { BaseResult } from './base.ts';
import { baseFromDebian } from '../debian/debian-source.ts';
import { baseFromImage } from './image-source.ts';
import { baseFromCommit } from '../commit/commit-source.ts';
import { baseFromFolder } from '../folder/folder-source.ts';
import type { SourceContext } from './source-context.ts';

/** Finds the first available source of a ruby; when there is none, lists every one with its reason. */
export async function resolveBase(ruby: Ruby, context: SourceContext): Promise<BaseResult> {
  const reasons: string[] = [];
  for (const source of ruby.sources) {
    const result = await fromSource(source, context);
    if (result.ok) return result;
    reasons.push(`${sourceName(source)}: ${result.message}`);
  }
  return { ok: false, message: reasons.join('\n') || 'the matrix names no source for it' };
}

function fromSource(source: RubySource, context: SourceContext): Promise<BaseResult> {
  switch (source.kind) {
    case 'official':
    case 'image':
      return baseFromImage(source, context);
    case 'debian':
      return baseFromDebian(source, context);
    case 'folder':
      return baseFromFolder(source, context);
    case 'commit':
      return baseFromCommit(source, context);
  }
}
