import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { catchLog } from '../testing/catch-log.ts';
import type { Bus } from './bus.ts';
import { type BusOptions, openBus } from './open-bus.ts';

export type BusUnderTest = {
  /** The server that this bus uses, and another place on it that must not be mixed up with it. */
  readonly serverUrl: string;
  readonly otherUrl: string;
  optionsFor(serverUrl: string): Omit<BusOptions, 'log'>;
  /** Has the server end the connections that listen, and answers how many those were. */
  cutListeners(): Promise<number>;
};

export type Check = (title: string, act: (bench: Bench) => Promise<void>) => void;

/** Makes tests that each get instances and a topic of their own. */
export function checkBus(name: string, subject: BusUnderTest): Check {
  return (title, act) => {
    test(`${name}: ${title}`, async () => {
      await using bench = openBench(subject);
      await act(bench);
    });
  };
}

type Bench = AsyncDisposable & {
  readonly topic: string;
  readonly lines: ReturnType<typeof catchLog>['lines'];
  readonly open: (serverUrl?: string) => Bus;
};

/** Instances that are closed when the test is over, and a topic that no other test uses. */
function openBench(subject: BusUnderTest): Bench {
  const opened: Bus[] = [];
  const { log, lines } = catchLog();
  return {
    lines,
    topic: `test:${randomUUID()}`,
    open(serverUrl = subject.serverUrl) {
      const bus = openBus({ ...subject.optionsFor(serverUrl), log });
      opened.push(bus);
      return bus;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((bus) => bus.close()));
    },
  };
}

export async function hear(bus: Bus, topic: string): Promise<string[]> {
  const heard: string[] = [];
  await bus.subscribe(topic, (message) => void heard.push(message));
  return heard;
}
