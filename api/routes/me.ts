import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import { findUser, type ProfileChange, updateProfile, type User } from '@lectern/db/postgres/users';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { invalidRequest, unauthenticated } from '../problems/problem.ts';
import { Id, Instant, Line } from './shapes.ts';

const Locale = Type.Enum(['en', 'ru']);
const MaybeText = Type.Union([Type.String(), Type.Null()]);

export const UserShape = Type.Object({
  id: Id,
  email: Type.String(),
  emailVerified: Type.Boolean(),
  name: Type.String(),
  role: Type.Enum(['user', 'operator', 'admin']),
  avatarUrl: MaybeText,
  locale: Locale,
  timeZone: Type.String({ description: 'an IANA name, such as `Europe/Berlin`' }),
  createdAt: Instant,
});

/** `URL` drops line ends and encodes blanks; what is kept is the text as it came. */
const webAddress = String.raw`^https?://[^\s\u0000-\u001f\u007f]+$`;

const Profile = Type.Object(
  {
    name: Type.Optional(Line(200)),
    avatarUrl: Type.Optional(
      Type.Union([Type.String({ maxLength: 2_000, pattern: webAddress }), Type.Null()]),
    ),
    locale: Type.Optional(Locale),
    timeZone: Type.Optional(Type.String({ maxLength: 100 })),
  },
  { additionalProperties: false },
);

export function describeUser(user: User): Static<typeof UserShape> {
  const { id, email, name, role, locale } = user;
  return {
    id,
    email,
    emailVerified: user.email_verified_at !== null,
    name,
    role,
    avatarUrl: user.avatar_url,
    locale,
    timeZone: user.time_zone,
    createdAt: user.created_at.toISOString(),
  };
}

const tags = ['Access'];

export function routeMe(app: App, { postgres, access }: Pick<Store, 'postgres' | 'access'>): void {
  app.get(
    '/v1/me',
    {
      config: { access: 'profile.read' },
      schema: { tags, summary: 'Who am I?', response: { 200: UserShape } },
    },
    async (request) => {
      const user = await findUser(postgres, viewerOf(request).id);
      if (user === undefined) throw unauthenticated();
      return describeUser(user);
    },
  );

  app.patch(
    '/v1/me',
    {
      config: { access: 'account.change' },
      schema: {
        tags,
        summary: 'Change my profile',
        description: 'Only the fields that are sent. A role is given by an admin.',
        body: Profile,
        response: { 200: UserShape },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const change = readChange(request.body);
      const after = await postgres.transaction().execute(async (tx) => {
        const users = await updateProfile(tx, viewer.id, change);
        if (users === undefined) throw unauthenticated();
        const changed = compare(users.before, users.after);
        if (changed === undefined) return users.after;
        await writeAudit(tx, authorOf(request), {
          action: 'account.update',
          subject: { type: 'user', id: viewer.id },
          ...changed,
        });
        return users.after;
      });
      await access.announceChange(viewer.id);
      return describeUser(after);
    },
  );
}

function readChange(body: Static<typeof Profile>): ProfileChange {
  const { name, avatarUrl, locale, timeZone } = body;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw invalidRequest([{ path: 'body.timeZone', message: 'is not a time zone that is known' }]);
  }
  if (typeof avatarUrl === 'string' && !URL.canParse(avatarUrl)) {
    throw invalidRequest([{ path: 'body.avatarUrl', message: 'is not an address' }]);
  }
  return {
    ...(name !== undefined && { name: name.normalize('NFC').trim() }),
    ...(avatarUrl !== undefined && { avatar_url: avatarUrl }),
    ...(locale !== undefined && { locale }),
    ...(timeZone !== undefined && { time_zone: timeZone }),
  };
}

function isTimeZone(name: string): boolean {
  // `Intl` takes `+03:00` too, which has no summer time and in PostgreSQL the other sign.
  if (!/^[a-z]/i.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What of the profile changed. A name is only said to have changed: the log outlives the account. */
function compare(before: User, after: User) {
  const logged = (user: User) => ({
    locale: user.locale,
    timeZone: user.time_zone,
    hasAvatar: user.avatar_url !== null,
  });
  const isOther = before.name !== after.name || before.avatar_url !== after.avatar_url;
  const [a, b] = [logged(before), logged(after)];
  if (!isOther && JSON.stringify(a) === JSON.stringify(b)) return undefined;
  const nameChanged = before.name !== after.name;
  return { before: a, after: { ...b, ...(nameChanged && { nameChanged }) } };
}
