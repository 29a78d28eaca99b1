import { resultsFolder, serve, TOKEN } from '../serve.ts';

export interface ServedMatrix extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
}

/** Starts `matrix serve` with a new results folder; both are removed at the end. */
export async function startService(): Promise<ServedMatrix> {
  const results = await resultsFolder();
  const process = await serve(results.path);
  return {
    url: process.url,
    token: TOKEN,
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]();
      await results[Symbol.asyncDispose]();
    },
  };
}
