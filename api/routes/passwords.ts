import type { Store } from '@lectern/db/open';
import { deleteProof } from '@lectern/db/postgres/mailbox-proofs';
import { endSessions } from '@lectern/db/postgres/sessions';
import { findPasswordHash, findUser, lockUser } from '@lectern/db/postgres/users';
import { Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import { makeLoginGuard } from '../access/login-guard.ts';
import {
  askAgainToVerify,
  askForNewPassword,
  resetPassword,
  setPassword,
  verifyEmail,
} from '../access/mailbox.ts';
import { hashPassword, isPasswordOf } from '../access/passwords.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { Problem, unauthenticated } from '../problems/problem.ts';
import { NewPassword } from './shapes.ts';

const Secret = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'of the link in the mail',
});
const Done = Type.Null({ description: 'It is done.' });
const Asked = Type.Null({ description: 'If there is such an account, a mail is on its way.' });

const tags = ['Access'];
const open = { access: 'public' } as const;

/** Passwords and mailboxes: what is changed with a password or with a link in a mail. */
export function routePasswords(app: App, store: Store): void {
  const { postgres, config, access } = store;
  const guard = makeLoginGuard(store);

  app.post(
    '/v1/me/password',
    {
      config: { access: 'account.change', takesNoKey: true },
      schema: {
        tags,
        summary: 'Change my password',
        description: 'Ends all other logins, and a mail says so.',
        body: Type.Object(
          { currentPassword: Type.String({ maxLength: 200 }), newPassword: NewPassword },
          { additionalProperties: false },
        ),
        response: { 204: Done },
      },
    },
    async (request, reply) => {
      const { id: userId, email, sessionId } = viewerOf(request);
      const attempt = { email, ip: request.ip };
      await guard.begin(attempt);
      const stored = await findPasswordHash(postgres, userId);
      if (!(await isPasswordOf(stored, request.body.currentPassword, config.passwordCost))) {
        throw wrongPassword();
      }
      await guard.succeed(attempt);
      const passwordHash = await hashPassword(request.body.newPassword, config.passwordCost);
      await postgres.transaction().execute(async (tx) => {
        await lockUser(tx, userId);
        // Whoever set another one meanwhile must not lose it to somebody who knows the old one.
        if ((await findPasswordHash(tx, userId)) !== stored) throw wrongPassword();
        await deleteProof(tx, { userId, purpose: 'reset_password' });
        await setPassword(tx, authorOf(request), { userId, passwordHash });
        await endSessions(tx, { userId, except: sessionId });
      });
      await access.announceChange(userId);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/auth/forgot-password',
    {
      config: open,
      schema: {
        tags,
        summary: 'Ask for a link to set a new password',
        description: 'Answers the same whether or not there is an account with this email.',
        body: Type.Object(
          { email: Type.String({ maxLength: 254 }) },
          { additionalProperties: false },
        ),
        response: { 202: Asked },
      },
    },
    async (request, reply) => {
      await guard.countAddress(request.ip);
      await askForNewPassword(store, request, request.body.email);
      return reply.code(202).send(null);
    },
  );

  app.post(
    '/v1/auth/reset-password',
    {
      config: open,
      schema: {
        tags,
        summary: 'Set a new password with the link in a mail',
        description: 'Ends all logins and tokens of the account.',
        body: Type.Object(
          { token: Secret, password: NewPassword },
          { additionalProperties: false },
        ),
        response: { 204: Done },
      },
    },
    async (request, reply) => {
      await guard.countAddress(request.ip);
      await resetPassword(store, request, request.body);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/auth/verify-email',
    {
      config: open,
      schema: {
        tags,
        summary: 'Show that a mailbox is mine, with the link in a mail',
        body: Type.Object({ token: Secret }, { additionalProperties: false }),
        response: { 204: Done },
      },
    },
    async (request, reply) => {
      await guard.countAddress(request.ip);
      await verifyEmail(store, request, request.body.token);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/me/verify-email',
    {
      config: { access: 'account.change' },
      schema: {
        tags,
        summary: 'Have the mail that verifies my address sent again',
        response: { 202: Type.Null({ description: 'A mail is on its way, if one is needed.' }) },
      },
    },
    async (request, reply) => {
      await guard.countAddress(request.ip);
      const user = await findUser(postgres, viewerOf(request).id);
      if (user === undefined) throw unauthenticated();
      if (user.email_verified_at === null) await askAgainToVerify(store, request, user);
      return reply.code(202).send(null);
    },
  );
}

function wrongPassword(): Problem {
  const detail = 'The current password is another one.';
  return new Problem({ status: 403, code: 'bad_credentials', detail });
}
