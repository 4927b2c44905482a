import { Type } from 'typebox';
import { defineJob, Id } from './define-job.ts';

/** What mails there are. `id` is of the person, or of the invitation or export that the mail is about. */
export const mailKinds = [
  'verify_email',
  'reset_password',
  'password_changed',
  'invitation',
  'export_ready',
] as const;
export type MailKind = (typeof mailKinds)[number];

/** Writes one mail and sends it. The secret of a link in it is made by the worker and kept as a hash. */
export const sendMail = defineJob({
  name: 'mail.send',
  payload: Type.Object(
    { kind: Type.Enum([...mailKinds]), id: Id },
    { additionalProperties: false },
  ),
});
