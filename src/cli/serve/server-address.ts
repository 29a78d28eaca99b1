import { CommandError } from '../../usecases/command-error.ts';

/**
 * Reads the address of a service.
 * @throws {CommandError} for anything else
 */
export function serverAddress(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '') return url.href.replace(/\/$/, '');
  throw new CommandError(
    `--server ${text}: expected the address of the service, such as https://matrix.example`,
  );
}
