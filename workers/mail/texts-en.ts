import type { CourseRole } from '@lectern/db/postgres/tables';
import { formatInstant } from './format-instant.ts';
import type { Texts } from './letter.ts';

const abilities: Readonly<Record<CourseRole, string>> = {
  owner: 'As an owner you can change it and decide who else takes part.',
  editor: 'As an editor you can change it.',
  commenter: 'As a commenter you can read it and say what you think.',
  learner: 'As a learner you can study it.',
};

/** British dates: the day comes first and the clock has 24 hours, which nobody misreads. */
const until = ({ expiresAt, timeZone }: { expiresAt: Date; timeZone: string }) =>
  formatInstant(expiresAt, { language: 'en-GB', timeZone });

export const textsEn: Texts = {
  linkHint: 'If the button does not work, open this address:',
  letters: {
    verify_email: (letter) => ({
      subject: 'Confirm your email address',
      greeting: 'Welcome to Lectern!',
      paragraphs: [
        `Please confirm that ${letter.email} is your address. Then we can write to you, and you can get back in should you forget your password.`,
      ],
      action: {
        label: 'Confirm the address',
        link: letter.link,
        note: `The link works once, until ${until(letter)}. After that you can ask for a new one.`,
      },
      why: 'You get this mail because an account was made at Lectern with this address. If that was not you, do nothing: the address stays unconfirmed.',
    }),
    reset_password: (letter) => ({
      subject: 'Choose a new password',
      greeting: `Hello ${letter.name},`,
      paragraphs: ['Somebody, probably you, asked for a new password for your account at Lectern.'],
      action: {
        label: 'Choose a new password',
        link: letter.link,
        note: `The link works once, until ${until(letter)}. Please do not pass this mail on: whoever has the link gets into your account.`,
      },
      why: 'If you did not ask for this, do nothing: your password stays as it is.',
    }),
    password_changed: (letter) => ({
      subject: 'Your password was changed',
      greeting: `Hello ${letter.name},`,
      paragraphs: [
        'The password of your account at Lectern was changed. If that was you, all is well and there is nothing to do.',
        'If it was not you, somebody else may be in your account. Choose a new password at once.',
      ],
      action: { label: 'Choose a new password', link: letter.link },
      why: 'You get this mail whenever your password changes, so that it never happens behind your back.',
    }),
    invitation: (letter) => ({
      subject:
        letter.inviter === undefined
          ? `You are invited to “${letter.course}”`
          : `${letter.inviter} invites you to “${letter.course}”`,
      greeting: 'Hello,',
      paragraphs: [
        letter.inviter === undefined
          ? `You are invited to the course “${letter.course}” at Lectern.`
          : `${letter.inviter} invites you to the course “${letter.course}” at Lectern.`,
        abilities[letter.role],
      ],
      action: {
        label: 'Open the invitation',
        link: letter.link,
        note: `The invitation holds until ${until(letter)}.`,
      },
      why: 'You get this mail because your address was named in the invitation. If you did not expect it, do nothing: without your consent nothing happens.',
    }),
    export_ready: (letter) => ({
      subject: 'Your data is ready',
      greeting: `Hello ${letter.name},`,
      paragraphs: [
        'The copy of your data that you asked for is ready: one zip file with all that Lectern holds about you. You find it in your account.',
      ],
      action: {
        label: 'Open my account',
        link: letter.link,
        note: `You can download it until ${until(letter)}. Then the file is deleted; you can ask for a new one at any time.`,
      },
      why: 'You get this mail because the copy was asked for in your account. If that was not you, please change your password.',
    }),
    account_deleted: (letter) => ({
      subject: 'Your account was deleted',
      greeting: `Hello ${letter.name},`,
      paragraphs: [
        'Your account and what only it owned have been deleted and cannot be brought back. What you owned together with others stays with them.',
        'Thank you for having been with us.',
      ],
      why: 'You get this mail because the account had this address. It is the last one about it. If you did not ask for the deletion, please write to whoever runs this Lectern.',
    }),
  },
};
