import type { CourseRole } from '@lectern/db/postgres/tables';

/** Until when what the letter is about can be used, told in the reader's time zone. */
type Deadline = { readonly expiresAt: Date; readonly timeZone: string };

/** What each letter tells. Names and titles are as people typed them. */
type Letters = {
  /** Without the name: whoever typed it need not be the one who reads the mailbox. */
  verify_email: Deadline & { readonly email: string; readonly link: string };
  reset_password: Deadline & { readonly name: string; readonly link: string };
  password_changed: { readonly name: string; readonly link: string };
  invitation: Deadline & {
    readonly inviter: string | undefined;
    readonly course: string;
    readonly role: CourseRole;
    readonly link: string;
  };
  export_ready: Deadline & { readonly name: string; readonly link: string };
  account_deleted: { readonly name: string };
};

export type LetterKind = keyof Letters;

export type Letter<Kind extends LetterKind = LetterKind> = {
  [K in Kind]: { readonly kind: K } & Letters[K];
}[Kind];

/** A letter in words, without any markup. */
export type Wording = {
  readonly subject: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly action?: { readonly label: string; readonly link: string; readonly note?: string };
  /** Why one got the mail, and what happens if one ignores it. */
  readonly why: string;
};

/** All that a language has to say. */
export type Texts = {
  readonly letters: { readonly [K in LetterKind]: (letter: Letter<K>) => Wording };
  /** Above the address of a button, for programs that do not show buttons. */
  readonly linkHint: string;
};
