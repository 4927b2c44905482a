import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCompoundFile } from '../../testing/make-compound-file.ts';
import { readWith } from '../../testing/make-office.ts';
import { makePpt } from '../../testing/make-ppt.ts';
import { readPpt } from './read-ppt.ts';

test('each slide has its title, its boxes and its notes', async () => {
  const { found } = await readWith(
    readPpt,
    makePpt([
      { title: 'caf\u00e9', boxes: ['Прилив\rотлив', 'ゾルゲ'], notes: 'Say hello.' },
      { title: 'Second' },
    ]),
  );
  assert.deepEqual(found[0], { kind: 'about', pages: 2 });
  assert.deepEqual(
    found.slice(1).map((it) => it.kind === 'text' && [it.unit, it.pieces.map(({ text }) => text)]),
    [
      [1, ['café', 'Прилив\nотлив', 'ゾルゲ', 'Say hello.']],
      [2, ['Second']],
    ],
  );
});

test('what cannot be read is refused with a reason', async () => {
  const refused: Record<string, [string, Buffer]> = {
    'a password': ['password_protected', makePpt([{ title: 'x' }], { isEncrypted: true })],
    'another file in the same container': [
      'file_damaged',
      makeCompoundFile({ Workbook: Buffer.alloc(9) }),
    ],
    nothing: ['file_damaged', Buffer.alloc(0)],
    noise: ['file_damaged', Buffer.alloc(4_096, 0xaa)],
    'an empty stream': [
      'file_damaged',
      makeCompoundFile({ 'PowerPoint Document': Buffer.alloc(99) }),
    ],
  };
  for (const [what, [code, bytes]] of Object.entries(refused)) {
    assert.equal((await readWith(readPpt, bytes)).refusal, code, what);
  }
});

test('whatever bytes are changed, reading ends with text, a loss or a refusal', async () => {
  const whole = makePpt(
    Array.from({ length: 20 }, (_, i) => ({ title: `T${i}`, boxes: ['a', 'b'], notes: 'n' })),
  );
  for (let seed = 1; seed <= 120; seed++) {
    const bytes = Buffer.from(whole);
    for (let i = 0; i < 10; i++) {
      const range = i % 2 === 0 ? 2_048 : bytes.length;
      bytes[(seed * 7_919 + i * 104_729) % range] = (seed * 31 + i * 7) % 256;
    }
    await readWith(readPpt, bytes);
  }
});
