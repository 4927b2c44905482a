import type { Store } from '@lectern/db/open';
import { insertCourse } from '@lectern/db/postgres/courses';
import { newId } from '@lectern/db/postgres/new-id';
import { logInAs } from '@lectern/db/testing/log-in-as';

/** A course and its owner, who is logged in, without an API in this process. */
export async function addCourse(
  store: Store,
): Promise<{ readonly courseId: string; readonly token: string; readonly userId: string }> {
  const { userId, token } = await logInAs(store, 'user');
  const courseId = newId();
  const viewer = { id: userId, role: 'user', email: '', name: '' } as const;
  await insertCourse(store.postgres, viewer, {
    course: { id: courseId, title: 'A course' },
    author: { userId, requestId: null, address: null },
  });
  return { courseId, token, userId };
}
