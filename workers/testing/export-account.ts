import { buffer } from 'node:stream/consumers';
import type { Store } from '@lectern/db/open';
import { exportKeyOf, insertExport } from '@lectern/db/postgres/exports';
import { newId } from '@lectern/db/postgres/new-id';
import { exportAccountWorker } from '../account-export/worker.ts';
import { readZip } from './read-zip.ts';
import { runTwice } from './run-twice.ts';

/** As a route does it. */
export async function askForExport({ postgres }: Store, userId: string): Promise<string> {
  const id = newId();
  const asked = { id, userId, lifeMs: 60_000, requestId: 'request-1' };
  await postgres.transaction().execute((tx) => insertExport(tx, asked));
  return id;
}

export function writeExport(store: Store, exportId: string) {
  const meta = { subject: exportId, requestId: 'request-1' };
  return runTwice(store, exportAccountWorker, { payload: { exportId }, meta });
}

/** The files of the zip, and the parsed ones among them. */
export async function readExport(
  { objects }: Store,
  { userId, exportId }: { readonly userId: string; readonly exportId: string },
) {
  const key = exportKeyOf({ id: exportId, user_id: userId });
  const bytes = await buffer(await objects.read(key));
  const files = readZip(bytes);
  const json = (name: string) => JSON.parse(files.get(name)?.toString() ?? 'null');
  return { bytes, files, json };
}
