import { readConfig } from '@lectern/db/config';
import { open } from '@lectern/db/open';
import { insertCourse } from '@lectern/db/postgres/courses';
import { newId } from '@lectern/db/postgres/new-id';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { Type } from 'typebox';
import { buildApp } from '../app.ts';

// The API with a GET that reads one row, once for everybody and once for whoever is logged in. The
// answers are the same to the byte.

const store = open(readConfig(process.env, null), 'bench');
const { postgres } = store;
const { userId, token, cookie } = await logInAs(store, 'user');
const viewer = { id: userId, role: 'user', email: '', name: '' } as const;
const { id } = await insertCourse(postgres, viewer, {
  course: { id: newId(), title: 'A course' },
  author: { userId, requestId: null, address: null },
});
const app = await buildApp(store);

const schema = {
  hide: true,
  response: { 200: Type.Object({ id: Type.String(), title: Type.String() }) },
} as const;
const readRow = () =>
  postgres
    .selectFrom('courses')
    .select(['id', 'title'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

app.get('/bench/open', { config: { access: 'public' }, schema }, readRow);
app.get('/bench/guarded', { config: { access: 'course.read' }, schema }, readRow);

const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit(0));
process.send?.({ address, token, cookie });
