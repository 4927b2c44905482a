import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@lectern/db/testing/until';
import type * as Y from 'yjs';
import { addCourse } from '../testing/add-course.ts';
import { readDocument } from '../testing/read-document.ts';
import { type ApiProcess, startApi } from '../testing/start-api.ts';
import { openYjs, untilEqual, type YjsClient } from '../testing/yjs-client.ts';

/**
 * Kills the API while people type. What anybody saw of another must be in the rows at that moment,
 * before a client could send it again; at the end all have the same.
 */
export async function killWhileTyping({
  clients,
  kills,
}: {
  readonly clients: number;
  readonly kills: number;
}): Promise<void> {
  let api: ApiProcess = await startApi();
  const { store, port } = api;
  const { courseId, token } = await addCourse(store);
  const people = Array.from({ length: clients }, () => openYjs({ port, courseId, token }));
  const seen = new Set<string>();
  for (const person of people) watch(person, seen);
  let isTyping = true;
  const typing = people.map((person, i) => type(person, String(i), () => isTyping));
  try {
    for (let kill = 0; kill < kills; kill++) {
      const before = seen.size;
      await until('they see each other’s edits', async () => seen.size > before + clients);
      await sleep(Math.random() * 100);
      await api.kill();
      const there = await readDocument(store, courseId);
      const lost = [...seen].filter((id) => !there.getMap('nodes').has(id));
      assert.deepEqual(lost, [], `seen by somebody, and lost by kill ${kill + 1}`);
      api = await api.startAgain();
    }
  } finally {
    isTyping = false;
    await Promise.all(typing);
  }
  await untilEqual(...people.map(({ doc }) => doc));
  await until('the rows have all', async () => {
    const { size } = (await readDocument(store, courseId)).getMap('nodes');
    return size === people[0]?.nodes.size;
  });
}

function watch({ nodes }: YjsClient, seen: Set<string>): void {
  nodes.observe((event: Y.YMapEvent<Y.Map<unknown>>) => {
    if (event.transaction.local) return;
    for (const id of event.keysChanged) seen.add(String(id));
  });
}

async function type(person: YjsClient, name: string, goesOn: () => boolean): Promise<void> {
  for (let i = 0; goesOn(); i++) {
    person.addNode(`${name}-${i}`);
    // Fifty rounds of it make a large course as it is.
    await sleep(20 + Math.random() * 40);
  }
}
