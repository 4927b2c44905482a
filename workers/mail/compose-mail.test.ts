import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locale } from '@lectern/db/postgres/tables';
import { composeMail } from './compose-mail.ts';
import type { Letter, LetterKind } from './letter.ts';

const expiresAt = new Date('2026-11-21T12:31:08Z');
const dated = { expiresAt, timeZone: 'Europe/Moscow' };
const link = `https://lectern.example/page?token=${'a'.repeat(43)}`;

const letters: { readonly [K in LetterKind]: Letter<K> } = {
  verify_email: { kind: 'verify_email', email: 'anna@example.org', link, ...dated },
  reset_password: { kind: 'reset_password', name: 'Anna', link, ...dated },
  password_changed: { kind: 'password_changed', name: 'Anna', link },
  invitation: {
    kind: 'invitation',
    inviter: 'Boris',
    course: 'Optics',
    role: 'editor',
    link,
    ...dated,
  },
  export_ready: { kind: 'export_ready', name: 'Anna', link, ...dated },
  account_deleted: { kind: 'account_deleted', name: 'Anna' },
};

const cases = Object.values(letters).flatMap((letter) =>
  (['en', 'ru'] as const).map((locale) => ({ letter, locale })),
);

const days: Readonly<Record<Locale, string>> = {
  en: '21 November 2026, 15:31 (GMT+3)',
  ru: '21 ноября 2026 г., 15:31 (GMT+3)',
};

for (const { letter, locale } of cases) {
  test(`${letter.kind} in ${locale}: a subject, a text and a page that say the same`, () => {
    const { subject, text, html } = composeMail(letter, locale);
    assert.equal(/[а-яё]/i.test(subject), locale === 'ru');
    assert.equal(/[а-яё]/i.test(text), locale === 'ru');
    assert.ok(html.includes(`<html lang="${locale}">`));
    assert.ok(html.includes(`<title>${subject}</title>`));
    assert.ok(!/undefined|\[object|null/.test(subject + text + html));
    assert.ok(!text.includes('<'));
    if ('link' in letter) {
      assert.ok(text.split('\n').includes(letter.link), 'the link has a line to itself');
      assert.equal(html.split(`href="${letter.link}"`).length, 3, 'as a button and in full');
      assert.ok(html.includes(`>${letter.link}</a>`));
    }
    if ('expiresAt' in letter) {
      assert.ok(text.replaceAll('\n', ' ').includes(days[locale]));
      assert.ok(html.includes(days[locale]));
    }
    for (const line of text.split('\n')) assert.ok(line === link || line.length <= 72, line);
  });
}

test('what people typed is text on the page, and cannot become markup', () => {
  const course = `<script>alert("x")</script> & 'y'`;
  const inviter = '<img src=x onerror=alert(1)>';
  for (const locale of ['en', 'ru'] as const) {
    const mail = composeMail({ ...letters.invitation, course, inviter }, locale);
    assert.ok(!mail.html.includes('<script'));
    assert.ok(!mail.html.includes('<img'));
    assert.ok(mail.html.includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp;'));
    assert.ok(mail.text.includes('<script>'), 'plain text shows it as it was typed');
  }
});

test('a name with line breaks breaks no header and no line', () => {
  const inviter = 'Eve\r\nBcc: all@example.org\u2028\u0000\u202e';
  const { subject, text } = composeMail({ ...letters.invitation, inviter }, 'en');
  assert.equal(subject, 'Eve Bcc: all@example.org invites you to “Optics”');
  assert.ok(!/^Bcc/m.test(text));
});

test('a long title is cut in the subject, between characters, and told in full in the mail', () => {
  const course = `${'👩‍🚀'.repeat(400)}end`;
  const mail = composeMail({ ...letters.invitation, course }, 'en');
  assert.match(mail.subject, /👩‍🚀…$/u);
  assert.ok(mail.subject.length < 1_000);
  assert.ok(mail.html.includes(course));
});

test('an invitation says in which role, and by whom unless they are gone', () => {
  const said = (change: Partial<Letter<'invitation'>>, locale: Locale) =>
    composeMail({ ...letters.invitation, ...change }, locale).text.replaceAll('\n', ' ');
  assert.ok(said({}, 'en').includes('Boris invites you to the course “Optics” at Lectern.'));
  assert.ok(said({ role: 'learner' }, 'en').includes('As a learner'));
  assert.ok(said({ role: 'owner' }, 'ru').includes('Вы станете владельцем'));
  assert.ok(said({ inviter: undefined }, 'en').includes('You are invited to the course “Optics”'));
  assert.ok(said({ inviter: undefined }, 'ru').includes('Вас приглашают на курс «Optics»'));
});

test('a time zone that this Node does not know is told in UTC', () => {
  const { text } = composeMail({ ...letters.export_ready, timeZone: 'Mars/Base' }, 'en');
  assert.ok(text.replaceAll('\n', ' ').includes('21 November 2026, 12:31 (UTC)'));
});
