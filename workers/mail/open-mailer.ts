import type { Config } from '@lectern/db/config';
import type { Log } from '@lectern/db/log';
import type { Store } from '@lectern/db/open';
import { openFolderMailer } from './folder-mailer.ts';
import type { Mailer } from './mailer.ts';
import { openSmtpMailer } from './smtp-mailer.ts';

/** Sends by SMTP, or without SMTP_URL writes mails to a folder where they can be looked at. */
export function openMailer(
  { smtpUrl, mailFrom, dataDir }: Pick<Config, 'smtpUrl' | 'mailFrom' | 'dataDir'>,
  log: Log,
): Mailer {
  return smtpUrl === undefined
    ? openFolderMailer({ dataDir, mailFrom }, log)
    : openSmtpMailer({ smtpUrl, mailFrom }, log);
}

const mailers = new WeakMap<Store, Mailer>();

/** The mailer of a store, made at its first use. It holds nothing open between two mails. */
export function mailerOf(store: Store): Mailer {
  const known = mailers.get(store);
  if (known !== undefined) return known;
  const mailer = openMailer(store.config, store.log);
  mailers.set(store, mailer);
  return mailer;
}
