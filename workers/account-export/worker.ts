import { exportAccount } from '@lectern/db/jobs/account';
import { sendMail } from '@lectern/db/jobs/mail';
import { countUploads } from '@lectern/db/postgres/account-streams';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { exportKeyOf, findExportToWrite, finishExport } from '@lectern/db/postgres/exports';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker } from '../runtime/define-worker.ts';
import { listEntries } from './list-entries.ts';
import { packZip } from '../zip/pack-zip.ts';

/** Puts all that is held about a person into a zip, and mails them when it is there. */
export const exportAccountWorker = defineWorker({
  name: 'account-export',
  job: exportAccount,
  concurrency: 1,
  handle: async ({ payload: { exportId }, run, store, signal, log, progress }) => {
    const { postgres, objects } = store;
    const asked = await findExportToWrite(postgres, exportId);
    if (asked === undefined) throw exportGone();
    const { user_id: userId, created_at: askedAt } = asked;
    const uploads = await countUploads(postgres, userId);
    let done = 0;
    const onMaterial = () => progress(++done / uploads);

    const objectKey = exportKeyOf(asked);
    const entries = listEntries({ userId, postgres, objects, askedAt, onMaterial });
    const { sizeBytes } = await objects.write(objectKey, packZip(entries), { signal });
    // Whoever deletes the row removes the object after that, and it may have come after them.
    if ((await findExportToWrite(postgres, exportId)) === undefined) {
      await objects.remove(objectKey);
      throw exportGone();
    }
    log.info({ materials: done, sizeBytes }, 'exported an account');

    return async (tx) => {
      const outcome = await finishExport(tx, { exportId, objectKey, sizeBytes });
      if (outcome === 'gone') throw exportGone();
      if (outcome === 'before') return;
      const requestId = run.request_id === null ? {} : { requestId: run.request_id };
      const meta = { subject: exportId, owner: userId, ...requestId };
      await enqueue(tx, sendMail, { kind: 'export_ready', id: exportId }, meta);
    };
  },
});

function exportGone(): Cancel {
  return new Cancel('export_gone', 'The export was removed before it was written.');
}
