import { inspect } from 'node:util';

/**
 * One JSON line per event of node:test, written as it happens: a file that hangs has named its tests.
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} events
 */
// oxlint-disable-next-line import/no-default-export -- node:test takes a reporter by its default export
export default async function* reportEvents(events) {
  for await (const { type, data } of events) {
    if (type === 'test:dequeue') yield asLine({ type, name: data.name });
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, skip, todo, details } = data;
    const isSuite = details.type === 'suite';
    yield asLine({ type, name, isSuite, skip, todo, ...(type === 'test:fail' && describe(data)) });
  }
}

/** @param {{ details: { error: Error }, file?: string | undefined, line?: number | undefined }} data */
function describe({ details: { error } }) {
  const failure = 'failureType' in error ? error.failureType : undefined;
  const cause = error.cause instanceof Error ? error.cause : error;
  return { failure, words: inspect(cause, { depth: 4, breakLength: 100 }) };
}

/** @param {object} event */
function asLine(event) {
  return `${JSON.stringify(event)}\n`;
}
