import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openServerProxy } from '@lectern/db/testing/server-proxy';
import { freshConfig } from '@lectern/db/testing/fresh-store';
import { open } from '@lectern/db/open';
import { until } from '@lectern/db/testing/until';
import { buildApp } from '../app.ts';
import { addCourse } from '../testing/add-course.ts';
import { listen } from '../testing/fresh-api.ts';
import { readDocument } from '../testing/read-document.ts';
import { openYjs, untilEqual } from '../testing/yjs-client.ts';

test('while the database is away no document is opened empty, and nothing is shown that is not kept', async () => {
  const config = await freshConfig();
  await using proxy = await openServerProxy(config.databaseUrl ?? '');
  const direct = open(config, 'test');
  const store = open({ ...config, databaseUrl: proxy.url }, 'test');
  const app = await buildApp(store);
  const port = await listen(app);
  try {
    const { courseId, token } = await addCourse(direct);
    const join = () => openYjs({ port, courseId, token });
    const [ann, ben] = [join(), join()];
    await Promise.all([ann.synced(), ben.synced()]);
    ann.addNode('before');
    await untilEqual(ann.doc, ben.doc);

    await proxy.stop();
    const late = join();
    ann.addNode('meanwhile');
    await until('the writer is sent away', async () => !ann.provider.wsconnected);
    assert.equal(ben.nodes.has('meanwhile'), false);
    assert.equal(late.provider.synced, false);
    assert.equal((await readDocument(direct, courseId)).getMap('nodes').has('meanwhile'), false);

    await proxy.start();
    await untilEqual(ann.doc, ben.doc, late.doc);
    assert.deepEqual(
      [...late.nodes.keys()].toSorted((a, b) => (a < b ? -1 : 1)),
      ['before', 'meanwhile'],
    );
    await untilEqual(late.doc, await readDocument(direct, courseId));
  } finally {
    await app.close();
    await store.close();
    await direct.close();
  }
});
