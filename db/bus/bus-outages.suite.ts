import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openServerProxy } from '../testing/server-proxy.ts';
import { until } from '../testing/until.ts';
import { answerWithinMs } from './bus.ts';
import { type BusUnderTest, checkBus, hear } from './bus-under-test.ts';

/** What every bus has to do when its server goes away, and when it is itself closed. */
export function testBusOutages(name: string, subject: BusUnderTest): void {
  const check = checkBus(name, subject);

  check('a cut connection is made again, told as a gap', async ({ open, topic }) => {
    const bus = open();
    const heard = await hear(bus, topic);
    let gaps = 0;
    bus.onGap(() => {
      throw new Error('a listener that fails');
    });
    bus.onGap(() => gaps++);
    const endOther = bus.onGap(() => assert.fail('it was removed'));
    endOther();
    assert.ok((await subject.cutListeners()) > 0);
    await until('the gap', async () => gaps > 0);
    await bus.publish(topic, 'after');
    await until('it arrived', async () => heard.length > 0);
    assert.deepEqual([heard, gaps], [['after'], 1]);
  });

  check('a server that comes back is used again', async ({ open, topic }) => {
    await using proxy = await openServerProxy(subject.serverUrl);
    const bus = open(proxy.url);
    assert.equal(proxy.countConnections(), 0, 'nothing connects before it is used');
    const heard = await hear(bus, topic);
    await bus.publish(topic, 'before');
    await until('it arrived', async () => heard.includes('before'));
    let gaps = 0;
    bus.onGap(() => gaps++);
    await proxy.stop();
    const refused = bus.publish(topic, 'while it is away').catch((error: unknown) => error);
    await until('it is noticed', async () => (await refused) instanceof Error);
    await proxy.start();
    await until('the gap', async () => gaps > 0);
    await bus.publish(topic, 'after');
    await until('it arrived', async () => heard.includes('after'));
    assert.deepEqual(heard, ['before', 'after']);
  });

  check('a dead or silent server makes both calls reject in time', async ({ open, topic }) => {
    await using dead = await openServerProxy(subject.serverUrl);
    await using silent = await openServerProxy(subject.serverUrl);
    await dead.stop();
    silent.freeze();
    const calls = [dead, silent].flatMap(({ url }) => {
      const bus = open(url);
      return [() => bus.publish(topic, 'lost'), () => bus.subscribe(topic, () => undefined)];
    });
    await Promise.all(calls.map((call) => rejectsInTime(call)));
    await silent.stop();
  });

  check('a closed bus refuses everything', async ({ open, topic }) => {
    const bus = open();
    const heard = await hear(bus, topic);
    const last = bus.publish(topic, 'last');
    await bus.close();
    await last;
    await assert.rejects(bus.publish(topic, 'late'), /the bus is closed/);
    await assert.rejects(hear(bus, topic), /the bus is closed/);
    assert.ok(!heard.includes('late'));
  });

  check('a process that closes its bus can end', async ({ topic }) => {
    const options = JSON.stringify(subject.optionsFor(subject.serverUrl));
    const script = `
      const { openBus } = await import(${JSON.stringify(import.meta.resolve('./open-bus.ts'))});
      const bus = openBus({ ...${options}, log: console });
      await bus.subscribe(${JSON.stringify(topic)}, () => undefined);
      await bus.publish(${JSON.stringify(topic)}, 'bye');
      await bus.close();
      const closedAtMs = performance.now();
      process.on('exit', () => console.log(performance.now() - closedAtMs));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      timeout: 30_000,
    });
    assert.ok(Number(stdout) < 1_000, `it lived on for ${stdout} ms`);
  });
}

const slackMs = 2_000;

async function rejectsInTime(call: () => Promise<unknown>): Promise<void> {
  const beganAtMs = performance.now();
  await assert.rejects(call(), /does not answer/);
  assert.ok(performance.now() - beganAtMs < answerWithinMs + slackMs);
}
