import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { cancelWaiting, untilWaiting } from '@lectern/db/testing/until-waiting';
import { freshApi, listen, makeCourse } from '../testing/fresh-api.ts';
import { openYjs, untilEqual } from '../testing/yjs-client.ts';

const api = await freshApi();
const port = await listen(api.app);
const { postgres } = api.store;

test('edits whose commit hangs and fails come back with their client, though it came again meanwhile', async () => {
  const me = await api.logIn();
  const courseId = await makeCourse(me);
  const join = () => openYjs({ port, courseId, token: me.token });
  const [ann, ben] = [join(), join()];
  await Promise.all([ann.synced(), ben.synced()]);
  ann.addNode('first');
  await untilEqual(ann.doc, ben.doc);

  const locked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holding = postgres.transaction().execute(async (tx) => {
    await tx
      .selectFrom('course_documents')
      .select('course_id')
      .where('course_id', '=', courseId)
      .forUpdate()
      .execute();
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  ann.addNode('second');
  await untilWaiting(postgres, 1);
  // It comes again and is told that its edit is here, which it is not yet.
  ann.provider.disconnect();
  ann.provider.connect();
  await ann.synced();
  await cancelWaiting(postgres);
  release.resolve();
  await holding;

  await until('it is there', async () => ben.nodes.has('second'));
  const late = join();
  await until('whoever comes later sees it', async () => late.nodes.has('second'));
  assert.ok(late.nodes.has('first'));
});
