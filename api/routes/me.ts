import type { Store } from '@lectern/db/open';
import { findUser, type User } from '@lectern/db/postgres/users';
import { type Static, Type } from 'typebox';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { unauthenticated } from '../problems/problem.ts';
import { Id, Instant } from './shapes.ts';

export const UserShape = Type.Object({
  id: Id,
  email: Type.String(),
  name: Type.String(),
  role: Type.Enum(['user', 'operator', 'admin']),
  createdAt: Instant,
});

export function describeUser({
  id,
  email,
  name,
  role,
  created_at,
}: User): Static<typeof UserShape> {
  return { id, email, name, role, createdAt: created_at.toISOString() };
}

export function routeMe(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.get(
    '/v1/me',
    { schema: { tags: ['Access'], summary: 'Who am I?', response: { 200: UserShape } } },
    async (request) => {
      const user = await findUser(postgres, viewerOf(request).id);
      if (user === undefined) throw unauthenticated();
      return describeUser(user);
    },
  );
}
