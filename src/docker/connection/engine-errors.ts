import { messageOf } from '../../domain/message-of.ts';
import { EngineError } from '../../engine/ports.ts';
import type { Endpoint } from './endpoint.ts';

/** Reads the message of anything thrown, without the prefix that dockerode adds to the engine's words. */
export function engineMessage(error: unknown): string {
  const text = messageOf(error);
  return text.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}

/** Reads the HTTP status the engine answered with; null when it did not answer. */
export function httpStatusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

/** Explains why no engine answers at this endpoint, and what to do now. */
export function noEngineError(endpoint: Endpoint, error: unknown): EngineError {
  const where = endpoint.origin === 'default' ? endpoint.url : `${endpoint.url} (from ${endpoint.origin})`;
  const code = (error as { code?: unknown } | null)?.code;
  return new EngineError(reason(String(code), where, endpoint), { cause: error });
}

function reason(code: string, where: string, endpoint: Endpoint): string {
  const isDefault = endpoint.origin === 'default';
  switch (code) {
    case 'ENOENT':
      return isDefault
        ? `no Docker engine found: there is no socket ${where}. matrix doctor --fix finds, installs or starts one`
        : `no Docker engine at ${where}: no such socket. Correct ${endpoint.origin}, or unset it for the default`;
    case 'EACCES':
    case 'EPERM':
      return (
        `no permission to use the Docker engine at ${where}. Add yourself to its group and log in again: ` +
        'sudo usermod -aG docker "$USER"; or run this command as root'
      );
    case 'ECONNREFUSED':
      return (
        `a socket is there, but no Docker engine listens at ${where}. Start it: sudo systemctl start docker` +
        '; without systemd: matrix doctor --fix'
      );
    case 'ETIMEDOUT':
    case 'ABORT_ERR':
      return (
        `the Docker engine at ${where} does not answer. Check its log ` +
        '(journalctl -u docker), restart it: sudo systemctl restart docker'
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of the Docker engine's host cannot be resolved: ${where}. Correct ${endpoint.origin}`;
    default:
      return `the Docker engine at ${where} cannot be used (${code}). docker version shows the details`;
  }
}
