import { readdir } from 'node:fs/promises';
import type { Store } from '@lectern/db/open';
import { formOf, freshApi, makeCourse } from './fresh-api.ts';

/** An API with a person and a course of theirs. */
export async function freshCourse(env: Record<string, string> = {}) {
  const api = await freshApi(env);
  const me = await api.logIn();
  const courseId = await makeCourse(me);
  const upload = (files: Parameters<typeof formOf>[0], headers: Record<string, string> = {}) => {
    const form = formOf(files);
    return me.call('POST', `/v1/courses/${courseId}/materials`, {
      body: form.body,
      headers: { ...form.headers, ...headers },
    });
  };
  return { ...api, me, courseId, upload };
}

/** Nothing of a file that was not taken lies about, under whatever name. The keys of logins are no such file. */
export async function listFolder({
  store,
}: {
  readonly store: Pick<Store, 'config'>;
}): Promise<string[]> {
  const entries = await readdir(store.config.dataDir, {
    recursive: true,
    withFileTypes: true,
  });
  const isKey = ({ parentPath }: { parentPath: string }) => parentPath.endsWith('secrets');
  return entries.filter((entry) => entry.isFile() && !isKey(entry)).map(({ name }) => name);
}
