import { isIPv6 } from 'node:net';
import type { Config } from '@lectern/db/config';

type Addressed = Pick<Config, 'publicUrl' | 'host' | 'port'>;

/** Where people reach this installation; without PUBLIC_URL, where its API is on this machine. */
export function publicAddress({ publicUrl, host, port }: Addressed): string {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  // Addresses to listen on everywhere are not addresses to go to.
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
