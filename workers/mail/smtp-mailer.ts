import { domainToASCII } from 'node:url';
import type { Log } from '@lectern/db/log';
import { Cancel } from '@lectern/db/queue/outcomes';
import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';

/** A server that answers a byte at a time keeps all other timeouts from ending. */
const longestSendMs = 120_000;

/**
 * Each mail has a connection of its own. A pool would send a mail again by itself when its connection
 * ends, even if the server had taken it, and would keep the process from ending.
 */
export function openSmtpMailer(
  { smtpUrl, mailFrom }: { readonly smtpUrl: string; readonly mailFrom: string },
  log: Log,
): Mailer {
  const { hostname, host } = new URL(smtpUrl);
  const transport = createTransport({
    url: smtpUrl,
    // A server on this very machine has no certificate that anybody signed, and nothing leaves the house.
    ...(isLoopback(hostname) && { tls: { rejectUnauthorized: false } }),
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = domainOf(mailFrom);

  return {
    async send({ to, subject, text, html, messageId, signal }) {
      const limit = AbortSignal.timeout(longestSendMs);
      try {
        await transport.sendMail({
          from: mailFrom,
          // Not as a string, which could be a list of addresses.
          to: { name: '', address: to },
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated' },
          xMailer: false,
          signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
          ...(messageId !== undefined && { messageId: `<${messageId}@${domain}>` }),
        });
      } catch (error) {
        if (!isRefusal(error)) {
          throw new Error(`cannot send a mail through ${host}: ${wordsOf(error)}`, {
            cause: error,
          });
        }
        log.warn({ messageId, err: error }, 'a mail was refused for good');
        throw new Cancel(
          'mail_refused',
          'The mail server refused mail to this address. Check that the address is written as it should be.',
          { cause: error },
        );
      }
    },
    close: () => transport.close(),
  };
}

/**
 * A final no to this recipient or this mail. A final no to us, as to our password or our address as
 * the sender, is for the operators to mend: the mail waits for that among the dead letters.
 */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('permanent' in error) || !('command' in error)) return false;
  return error.permanent === true && (error.command === 'RCPT TO' || error.command === 'DATA');
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function domainOf(mailFrom: string): string {
  const [, domain = ''] = /@([^\s@<>]+)>?\s*$/.exec(mailFrom) ?? [];
  return domainToASCII(domain) || 'localhost';
}
