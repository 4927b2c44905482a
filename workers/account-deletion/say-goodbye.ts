import { findLeaver } from '@lectern/db/postgres/account-deletion';
import type { Deletion } from '@lectern/db/postgres/deletions';
import { composeMail } from '../mail/compose-mail.ts';
import { mailerOf } from '../mail/open-mailer.ts';
import type { Context } from '../runtime/define-worker.ts';

type Work = Pick<Context<unknown>, 'store' | 'signal' | 'log' | 'once'>;

/** Tells the person that the account is gone, while the address is known. No mail is no reason to keep it. */
export async function sayGoodbye(
  { store, signal, log, once }: Work,
  deletion: Deletion,
): Promise<void> {
  const leaver = await findLeaver(store.postgres, deletion.user_id);
  if (leaver === undefined) return;
  const { email, name, locale } = leaver;
  const kind = 'account_deleted';
  try {
    await once(`mail:account-deleted:${deletion.id}`, async () => {
      const mail = composeMail({ kind, name }, locale);
      await mailerOf(store).send({ ...mail, to: email, kind, messageId: deletion.id, signal });
    });
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error }, 'could not say by mail that an account is gone');
  }
}
