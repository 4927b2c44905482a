import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationOf, silence, speak, tone } from '../../testing/speak.ts';
import { findSphinxModel } from './find-sphinx-model.ts';
import { openSphinxEngine } from './sphinx-engine.ts';

async function listen(pcm: Buffer): Promise<string> {
  const model = findSphinxModel();
  assert.ok(model);
  const engine = openSphinxEngine(model, { speechPieces: 1 });
  const durationMs = durationOf(pcm);
  const { signal } = new AbortController();
  const asking = { language: undefined, asker: 'test', temperature: 0, signal };
  const { segments } = await engine.listen({ ...asking, pcm, durationMs });
  return segments.map(({ text }) => text).join(' ');
}

test('signals are no words, though they sound like sighs', async () => {
  const signal = [silence(1_000), tone(500, 1_000, 16_000), silence(2_000)];
  assert.equal(await listen(Buffer.concat(signal)), '');
  assert.match(await listen(await speak('The history of science is long.')), /^the history/);
});
