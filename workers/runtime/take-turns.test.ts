import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { takeTurns, type Turn, type Turns } from './take-turns.ts';

const { signal } = new AbortController();
const isLong = (letter: string) => letter === letter.toUpperCase();

/** Asks in the order of the letters, the capital ones for long, and notes who is let in. */
function ask(turns: Turns, letters: string) {
  const inside: { asker: string; turn: Turn }[] = [];
  for (const asker of letters) {
    void turns
      .enter(asker, { signal, isLong: isLong(asker) })
      .then((turn) => inside.push({ asker, turn }));
  }
  const names = async () => {
    await setImmediate();
    return inside.map(({ asker }) => asker).join('');
  };
  return { inside, names };
}

test('who was served longest ago comes next', async () => {
  const turns = takeTurns({ places: 1 });
  const { inside, names } = ask(turns, 'aaaabcb');
  const order = ['a', 'ab', 'abc', 'abca', 'abcab', 'abcaba', 'abcabaa'];
  for (const [i, expected] of order.entries()) {
    assert.equal(await names(), expected);
    inside[i]?.turn.leave();
  }
});

test('a place for newcomers is not for those who have one', async () => {
  const turns = takeTurns({ places: 2, forNewcomers: 1 });
  const { inside, names } = ask(turns, 'aaaab');
  assert.equal(await names(), 'aab');
  const third = ask(turns, 'c');
  assert.equal(await third.names(), '', 'that place is taken');
  inside[2]?.turn.leave();
  assert.equal(await third.names(), 'c');
  assert.equal(await names(), 'aab');
  inside[0]?.turn.leave();
  assert.equal(await names(), 'aab', 'as many as there are places are inside');
  inside[1]?.turn.leave();
  assert.equal(await names(), 'aaba');
});

test('who has some of the places for newcomers gets the others too', async () => {
  const turns = takeTurns({ places: 1, forNewcomers: 2 });
  const { names } = ask(turns, 'aaab');
  assert.equal(await names(), 'aab', 'the third of one is no newcomer');
  const { inside } = ask(turns, 'c');
  await setImmediate();
  assert.equal(inside.length, 0);
});

test('a turn says whether its asker waits for more, and is left once', async () => {
  const turns = takeTurns({ places: 1 });
  const { inside, names } = ask(turns, 'aab');
  await names();
  assert.equal(inside[0]?.turn.hasMore(), true);
  inside[0]?.turn.leave();
  inside[0]?.turn.leave();
  assert.equal(await names(), 'ab');
  assert.equal(inside[1]?.turn.hasMore(), false);
});

test('who gives up waits no more, and takes no place', async () => {
  const turns = takeTurns({ places: 1 });
  const { inside, names } = ask(turns, 'a');
  await names();
  const leaver = new AbortController();
  const left = turns.enter('b', leaver);
  const refused = assert.rejects(left, /stopped/);
  const last = ask(turns, 'c');
  leaver.abort(new Error('stopped'));
  await refused;
  inside[0]?.turn.leave();
  assert.equal(await last.names(), 'c');
  await assert.rejects(turns.enter('d', leaver), /stopped/);
});

test('what takes long leaves a place to what does not, as long as somebody wants it', async () => {
  const turns = takeTurns({ places: 2 });
  const { inside, names } = ask(turns, 'AxBCyzD');
  assert.equal(await names(), 'Ax');
  inside[1]?.turn.leave();
  assert.equal(await names(), 'Axy', 'not the long one that came before');
  inside[2]?.turn.leave();
  inside[3]?.turn.leave();
  assert.equal(await names(), 'Axyz');
  inside[3]?.turn.leave();
  assert.equal(await names(), 'AxyzB', 'nobody else waits');
  inside[0]?.turn.leave();
  assert.equal(await names(), 'AxyzBC');
});
