import { Type } from 'typebox';
import { defineEngine } from '../sandbox/define-engine.ts';
import { openReading } from '../sandbox/open-reading.ts';

// A process that reads a file which never ends, until it is killed.

const engine = defineEngine({
  name: 'loop',
  module: import.meta.resolve('./hostile-reader.ts'),
  run: 'beginAndLoop',
  shape: Type.Unknown(),
});

async function* nothing() {
  yield Buffer.from('x');
}

const { signal } = new AbortController();
await using reading = await openReading(engine, { source: nothing(), signal });
for await (const _ of reading.messages) process.send?.('reading');
