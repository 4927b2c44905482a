import assert from 'node:assert/strict';
import { once } from 'node:events';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Answer, type Person, register } from '../house-person.ts';
import { type House, startHouse } from '../start-house.ts';
import type { HostileFile, Lure } from './hostile-file.ts';

const secret = 'kept-from-everybody-7f3a';

/**
 * Gives files to a house, a few at a time, and tells how each ended. Whatever they are: each ends in words,
 * none has read, written or called what is not its own, and the same programs read the next file.
 */
export async function offerAll(
  make: (lure: Lure) => readonly HostileFile[],
): Promise<ReadonlyMap<string, string>> {
  await using trap = await setTrap();
  await using house = await startHouse();
  const person = await register(house.url, 'author');
  const secretFile = join(house.folder, 'tmp', 'secret.txt');
  await writeFile(secretFile, secret);
  const files = make({ file: pathToFileURL(secretFile).href, url: trap.url });
  const queue = [...files];
  const ends = new Map<string, string>();
  const offerNext = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      ends.set(file.what, await offer(person, file));
    }
  };
  await Promise.all(Array.from({ length: 4 }, offerNext));
  for (const [what, end] of ends) {
    assert.match(end, /^(ready|partial|failed|4\d\d)\b/, what);
    assert.doesNotMatch(end, /unexpected|crash|internal/, what);
  }
  assert.equal(ends.size, files.length);
  await assertIsWell(house, person);
  assert.equal(trap.calls(), 0, 'nobody was called');
  await assertNothingStrayed(house.folder);
  return ends;
}

/** A server that nobody has a reason to connect to. */
async function setTrap() {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls: () => calls,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

async function offer(person: Person, file: HostileFile): Promise<string> {
  const answer = await person.upload([file]);
  const said: Answer = JSON.parse(await answer.text());
  if (!answer.ok) {
    assert.match(said.detail, /\w+ .*\w+/, `${file.what} is refused with words`);
    return `${answer.status} ${said.code}`;
  }
  const [added] = said.items;
  assert.ok(added, file.what);
  const { status, stages } = await person.untilDone(added.id);
  const errors = stages.flatMap(({ error }) => (error === undefined ? [] : [error]));
  assert.ok(status === 'ready' || errors.length > 0, `${file.what} says why it is ${status}`);
  for (const { code, message } of errors) {
    assert.match(message, /\w+ .*\.$/, `${file.what}: ${code} is told in words`);
  }
  for (const path of ['text', 'thumbnail', 'original']) {
    const answered = await person.send('GET', `/v1/materials/${added.id}/${path}`);
    assert.ok(answered.status < 500, `${file.what}: ${path} answers ${answered.status}`);
    assert.ok(!(await answered.text()).includes(secret), `${file.what} has read what is not its`);
  }
  return [status, ...errors.map(({ code }) => code)].join(' ');
}

async function assertIsWell(house: House, person: Person): Promise<void> {
  const bytes = Buffer.from('# After the storm\n\nThe albatross came back unharmed.\n');
  assert.equal(await offer(person, { what: 'a good file', name: 'good.md', bytes }), 'ready');
  const { items } = await person.call('GET', '/v1/search?q=albatross&mode=text');
  assert.equal(items.length, 1);
  assert.deepEqual(house.listEnded(), [], 'no program of the house has ended');
}

/** Nothing lies beside the folders of the house, and in them nothing under a name that a file brought. */
async function assertNothingStrayed(folder: string): Promise<void> {
  assert.deepEqual((await readdir(folder)).toSorted(), ['data', 'tmp']);
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const strays = found.filter(({ name }) => /^(\.\.|lecture|long|stray)|🙂/u.test(name));
  assert.deepEqual(strays, []);
  for (const path of ['/stray.md', '/stray.xml']) await assert.rejects(access(path));
  const objects = found.filter((entry) => entry.isFile() && entry.parentPath.includes('materials'));
  assert.ok(objects.length > 0);
  for (const { parentPath, name } of objects) {
    const bytes = await readFile(join(parentPath, name));
    assert.ok(!bytes.includes(secret), `${name} holds what is not its own`);
  }
}
