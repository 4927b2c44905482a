import assert from 'node:assert/strict';
import { until } from '../testing/until.ts';
import { maxMessageBytes } from './bus.ts';
import { type BusUnderTest, checkBus, hear } from './bus-under-test.ts';

/** What every bus has to do. */
export function testBus(name: string, subject: BusUnderTest): void {
  const check = checkBus(name, subject);

  check('a message reaches every instance, the publisher too', async ({ open, topic }) => {
    const [here, there] = [open(), open()];
    const [atHome, abroad] = [await hear(here, topic), await hear(there, topic)];
    await here.publish(topic, 'hello');
    await until('both heard', async () => atHome.length > 0 && abroad.length > 0);
    assert.deepEqual([atHome, abroad], [['hello'], ['hello']]);
  });

  check('1,000 messages of one publisher arrive in order, each once', async ({ open, topic }) => {
    const heard = await hear(open(), topic);
    const sent = Array.from({ length: 1_000 }, (_, i) => `message ${i}`);
    const bus = open();
    await Promise.all(sent.map((message) => bus.publish(topic, message)));
    await until('all arrived', async () => heard.length >= sent.length);
    assert.deepEqual(heard, sent);
  });

  check('of equal messages that wait together the last one arrives', async ({ open, topic }) => {
    const heard = await hear(open(), topic);
    const bus = open();
    await Promise.all(['on', 'off', 'on'].map((state) => bus.publish(topic, state)));
    await until('both arrived', async () => heard.length >= 2);
    await bus.publish(topic, 'end');
    await until('the end arrived', async () => heard.includes('end'));
    assert.deepEqual(heard, ['off', 'on', 'end']);
  });

  check('nothing arrives after unsubscribing, others still hear', async ({ open, topic }) => {
    const bus = open();
    const left: string[] = [];
    const leave = await bus.subscribe(topic, (message) => void left.push(message));
    const stayed = await hear(bus, topic);
    await bus.publish(topic, 'one');
    await until('both heard', async () => left.length > 0 && stayed.length > 0);
    await leave();
    await bus.publish(topic, 'two');
    await until('the second came', async () => stayed.length > 1);
    assert.deepEqual(left, ['one']);
  });

  check('a topic can be left and entered again', async ({ open, topic }) => {
    const bus = open();
    const leave = await bus.subscribe(topic, () => undefined);
    void leave();
    const heard = await hear(bus, topic);
    await bus.publish(topic, 'again');
    await until('it arrived', async () => heard.length > 0);
    assert.deepEqual(heard, ['again']);
  });

  check('the largest message arrives, one byte more is refused', async ({ open, topic }) => {
    const bus = open();
    const heard = await hear(bus, topic);
    const largest = 'я'.repeat(maxMessageBytes / 2);
    await bus.publish(topic, largest);
    await assert.rejects(bus.publish(topic, `${largest}!`), /7501 bytes.*send an id/);
    await assert.rejects(bus.publish(topic, 'a\0b'), /NUL/);
    await until('it arrived', async () => heard.length > 0);
    assert.deepEqual(heard, [largest]);
  });

  check('topics and messages may hold any text', async ({ open, topic }) => {
    const bus = open();
    const texts = [
      `${topic}:"quoted" 'it''s' \\ $1; --`,
      `${topic}:курс/数学/🎓`,
      `${topic} *[a]?`,
    ];
    const heard = await Promise.all(texts.map((text) => hear(bus, text)));
    await Promise.all(texts.map((text) => bus.publish(text, `${text}\n`)));
    await bus.publish(texts[0] ?? '', '');
    await until('all arrived', async () => heard.flat().length >= 4);
    assert.deepEqual(heard, [[`${texts[0]}\n`, ''], [`${texts[1]}\n`], [`${texts[2]}\n`]]);
  });

  check('long topics that begin alike are not mixed up', async ({ open, topic }) => {
    const bus = open();
    const long = topic + 'x'.repeat(300);
    const [first, second] = [await hear(bus, `${long}1`), await hear(bus, `${long}2`)];
    await bus.publish(`${long}1`, 'one');
    await bus.publish(`${long}2`, 'two');
    await until('both arrived', async () => first.length > 0 && second.length > 0);
    assert.deepEqual([first, second], [['one'], ['two']]);
  });

  check('two databases of one server do not hear each other', async ({ open, topic }) => {
    const [here, there] = [open(), open(subject.otherUrl)];
    const [own, other] = [await hear(here, topic), await hear(there, topic)];
    await there.publish(topic, 'there');
    await here.publish(topic, 'here');
    await until('both heard', async () => own.length > 0 && other.length > 0);
    assert.deepEqual([own, other], [['here'], ['there']]);
  });

  check('a receiver that fails is logged and stops nobody', async ({ open, topic, lines }) => {
    const bus = open();
    await bus.subscribe(topic, () => {
      throw new Error('thrown');
    });
    await bus.subscribe(topic, () => Promise.reject(new Error('rejected')));
    const heard = await hear(bus, topic);
    await bus.publish(topic, 'one');
    await bus.publish(topic, 'two');
    const failures = () => lines.filter(({ msg }) => msg === 'a receiver of bus messages failed');
    await until('all failed', async () => failures().length >= 4);
    assert.deepEqual(heard, ['one', 'two']);
  });
}
