import type { ComposedMail } from './compose-mail.ts';
import type { LetterKind } from './letter.ts';

export type Mail = ComposedMail & {
  /** One address, without a name. */
  readonly to: string;
  /** What kind of letter it is, for people who look for one among many. */
  readonly kind?: LetterKind;
  /** The same for the same mail sent again, so that the mailbox can drop the second. */
  readonly messageId?: string;
  /** Gives up at once. What the server has taken by then is sent. */
  readonly signal?: AbortSignal;
};

/** Brings mails out of the house. */
export type Mailer = {
  /**
   * Resolves when the mail is in other hands. Throws `Cancel` when it was refused for good, and any
   * other error when it may be tried again.
   */
  send(mail: Mail): Promise<void>;
  close(): void;
};
