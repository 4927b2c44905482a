import type { Store } from '@lectern/db/open';
import { Type } from 'typebox';
import { accept } from '../access/accept-invitation.ts';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { CourseRole, Id } from './shapes.ts';

const Accepted = Type.Object({
  courseId: Id,
  title: Type.String(),
  role: CourseRole,
});

export function routeInvitations(
  app: App,
  { postgres, access }: Pick<Store, 'postgres' | 'access'>,
): void {
  app.post(
    '/v1/invitations/accept',
    {
      config: { access: 'invitation.accept' },
      schema: {
        tags: ['Courses'],
        summary: 'Accept an invitation to a course',
        description:
          'With the token of the link in the mail. A new person sends it as `invitation` when making the account.',
        body: Type.Object(
          { token: Type.String({ minLength: 1, maxLength: 200 }) },
          { additionalProperties: false },
        ),
        response: { 200: Accepted },
      },
    },
    async (request) => {
      const { id: userId } = viewerOf(request);
      const { token } = request.body;
      const {
        course_id: courseId,
        title,
        role,
      } = await postgres
        .transaction()
        .execute((tx) => accept(tx, authorOf(request), { token, userId }));
      await access.announceChange(userId);
      return { courseId, title, role };
    },
  );
}
