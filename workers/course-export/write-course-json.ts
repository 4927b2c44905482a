import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { CourseSource } from './read-course.ts';

/** The course as one JSON document, written piece by piece: its materials may be of any size. */
export async function* writeCourseJson(contents: CourseSource): AsyncGenerator<Buffer, void, void> {
  for await (const text of writeText(contents)) yield Buffer.from(text);
}

async function* writeText({ course, graph, materials, exportedAt, open }: CourseSource) {
  const { id: _id, ...described } = course;
  const head = { format: 'lectern.course', version: 1, exportedAt: exportedAt.toISOString() };
  yield `${JSON.stringify(head).slice(0, -1)},\n"course":${JSON.stringify(described)},\n`;
  yield* writeList('"graph":{"nodes":[', graph.nodes);
  yield* writeList('],\n"edges":[', graph.edges);
  yield ']},\n"materials":[';
  let separator = '\n';
  for (const material of materials) {
    const { objectKey: _key, addedAt: _at, ...listed } = material;
    yield `${separator}${JSON.stringify(listed).slice(0, -1)},"content":`;
    yield* writeContent(await open(material));
    yield '}';
    separator = ',\n';
  }
  yield ']}\n';
}

function* writeList(before: string, items: readonly object[]): Generator<string, void, void> {
  yield before;
  let separator = '\n';
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',\n';
  }
}

async function* writeContent(source: Readable | undefined): AsyncGenerator<string, void, void> {
  if (source === undefined) return yield 'null';
  yield '"';
  let rest = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = Buffer.concat([rest, chunk]);
    // Three bytes are four characters; what is left over begins the next piece.
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield `${rest.toString('base64')}"`;
}
