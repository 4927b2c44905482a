import { readCredential } from '@lectern/db/access/credentials';
import type { Viewer } from '@lectern/db/access/viewer';
import type { Store } from '@lectern/db/open';
import type { FastifyRequest } from 'fastify';

/** Who asks, on a route or page that is for everybody. */
export async function readLogin(
  access: Store['access'],
  { headers }: FastifyRequest,
): Promise<Viewer | undefined> {
  const credential = readCredential(headers);
  return credential && (await access.findViewer(credential));
}
