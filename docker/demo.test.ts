import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCopy, seeReady, stop } from './testing/copy.ts';

type Answer = { readonly accessToken?: string; readonly items?: readonly { title: string }[] };

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  assert.equal(answer.status, 200, url);
  const body: Answer = JSON.parse(await answer.text());
  return body;
}

test('the demo fills an empty installation once, and never one that is in use', async () => {
  const { url, start } = await makeCopy();
  const first = start('--demo');
  await seeReady(first, url);
  const [, email, password] = await first.see(/ (\S+@\S+) +(\S+) +\(shown this once\)/);
  await first.see(/v1\/search\?q=/);
  const { accessToken } = await ask(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const init = { headers: { authorization: `Bearer ${accessToken}` } };
  const search = async (words: string): Promise<string[]> => {
    const { items = [] } = await ask(
      `${url}/v1/search?mode=text&q=${encodeURIComponent(words)}`,
      init,
    );
    return items.map(({ title }) => title);
  };
  assert.equal((await search('spring tide'))[0], '2-spring-and-neap-tides.md');
  // Written with a capital there, and in another case: the database knows Russian letters and words.
  assert.deepEqual(await search('сизигия приливы'), ['6-prilivy-i-luna.md']);
  await stop(first);

  const second = start('--demo');
  await seeReady(second, url);
  await second.see(/The demo was not added: there are accounts here already/);
  const { items } = await ask(`${url}/v1/courses`, init);
  assert.equal(items?.length, 1);
  await stop(second);
});

test('a word that npm start does not know is answered with those it does', async () => {
  const { start } = await makeCopy();
  const refused = start('--dmeo');
  assert.equal((await refused.ending).code, 2);
  assert.match(refused.errors(), /--dmeo is not known.*--demo/);
});
