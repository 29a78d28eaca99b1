import type { RunRecord } from '../../domain/run/record.ts';
import { visitorOf } from '../access/writers.ts';
import type { Ctx, HttpDeps } from '../context.ts';
import { formOfRun, type RunForm } from '../pages/index.ts';

/** Fills the form with everything of a run. Its files are taken over only by the token that sent them. */
export async function formFrom(c: Ctx, deps: HttpDeps, run: RunRecord): Promise<RunForm> {
  const { left, ...form } = formOfRun(run, deps.matrix);
  const files = await filesFor(c, deps, run.id);
  const isAnothers = files.length === 0 && run.options.workdirFrom !== null;
  const without = isAnothers
    ? [...left, 'the files beside it, which only who sent them can take over']
    : left;
  return { ...form, basedOn: { id: run.id, files, areWanted: true, left: without } };
}

/** Restores what a refused form said about the run that it was filled with; null where there is no such run. */
export async function basedOnIn(c: Ctx, deps: HttpDeps, form: URLSearchParams): Promise<RunForm['basedOn']> {
  const id = form.get('based-on') ?? '';
  if (id === '' || (await deps.service.view(id)) === null) return null;
  return { id, files: await filesFor(c, deps, id), areWanted: form.get('files') === 'true', left: [] };
}

/** Lists the paths of the files that this visitor may take over. */
async function filesFor(c: Ctx, deps: HttpDeps, id: string): Promise<readonly string[]> {
  const visitor = visitorOf(c, deps);
  return visitor === null ? [] : (await deps.service.filesOf(id, visitor.name)).map(({ path }) => path);
}
