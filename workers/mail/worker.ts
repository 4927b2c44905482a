import { sendMail } from '@lectern/db/jobs/mail';
import { defineWorker } from '../runtime/define-worker.ts';
import { composeMail } from './compose-mail.ts';
import { mailerOf } from './open-mailer.ts';
import { planMail } from './plan-mail.ts';

export const mailWorker = defineWorker({
  name: 'mail',
  job: sendMail,
  concurrency: 4,
  handle: async ({ payload, run, store, signal, log, once }) => {
    const plan = await planMail(store, payload);
    if (plan === undefined) return;
    const { to, locale, hasSecret } = plan;
    // A mailbox that drops what comes twice must keep the later link: only that one works.
    const messageId = hasSecret ? `${run.id}.${run.fence}` : run.id;
    const { happened } = await once(`mail:${run.id}`, async () => {
      const letter = await plan.write();
      const mail = composeMail(letter, locale);
      await mailerOf(store).send({ ...mail, to, kind: letter.kind, messageId, signal });
    });
    if (happened === 'unknown') {
      log.warn(
        { kind: payload.kind },
        'a worker vanished while it sent this mail; it is not sent again',
      );
    } else {
      log.info({ kind: payload.kind, happened }, 'sent a mail');
    }
  },
});
