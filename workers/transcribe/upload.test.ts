import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { register } from '../testing/house-person.ts';
import { durationOf, makeWav, silence, speak } from '../testing/speak.ts';
import { startHouse } from '../testing/start-house.ts';

const first = await speak('The history of science is long.');
const second = await speak('Photosynthesis turns light into sugar.');
const wav = makeWav(Buffer.concat([silence(1_000), first, silence(9_000), second]));
const secondAt = 10 + durationOf(first) / 1_000;

type Hit = { readonly startTime?: number; readonly isDraft?: boolean; readonly title: string };

test('sound that is uploaded is found at its second, as a draft; subtitles that come later take its place; a language that nobody knows is told', async () => {
  await using house = await startHouse();
  const person = await register(house.url, 'speaker');
  const upload = async (name: string, bytes: Buffer) => {
    const answer = await person.upload([{ name, bytes }]);
    assert.equal(answer.status, 202, await answer.clone().text());
    const { items }: { items: { id: string }[] } = JSON.parse(await answer.text());
    return items[0]?.id ?? '';
  };
  const search = async (words: string) => {
    const path = `/v1/search?q=${words}&courseId=${person.courseId}`;
    const found: { items: Hit[] } = JSON.parse(await (await person.send('GET', path)).text());
    return found.items;
  };

  const id = await upload('Tides.wav', wav);
  const material = await person.untilDone(id);
  assert.equal(material.status, 'ready', JSON.stringify(material.stages));
  for (const name of ['probe', 'transcribe', 'captions', 'index', 'analyse']) {
    assert.equal(material.stages.find((stage) => stage.name === name)?.status, 'done', name);
  }
  const [hit, ...others] = await search('photosynthesis');
  assert.ok(hit !== undefined && others.length === 0);
  assert.ok(Math.abs((hit.startTime ?? 0) - secondAt) < 0.7, JSON.stringify(hit));
  assert.equal(hit.isDraft, true);

  await upload('tides.srt', Buffer.from('1\n00:00:03,000 --> 00:00:05,000\nKelp is an alga.\n'));
  const [better] = await until('the subtitles are found as the recording', async () => {
    const hits = await search('kelp');
    return hits.length === 1 && hits[0]?.title === 'Tides.wav' && hits;
  });
  assert.deepEqual([better?.startTime, better?.isDraft], [3, undefined]);
  assert.deepEqual(await search('photosynthesis'), []);

  const { id: russian } = await person.call('POST', '/v1/courses', {
    title: 'Приливы',
    language: 'ru',
  });
  const form = new FormData();
  form.append('file', new Blob([Uint8Array.from(wav)]), 'Прилив.wav');
  const { items } = await person.call('POST', `/v1/courses/${russian}/materials`, form);
  const partial = await person.untilDone(items[0]?.id ?? '');
  assert.equal(partial.status, 'partial');
  const stage = partial.stages.find(({ name }) => name === 'transcribe');
  assert.equal(stage?.error?.code, 'speech_language_unavailable');
  assert.match(stage.error.message, /^Speech in Russian .* SPEECH_URL .*`npm run models`/);
});
