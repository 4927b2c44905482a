import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Bus } from '../bus/bus.ts';
import { maxMessageBytes } from '../bus/bus.ts';

// What processes tell each other of a course's document. Rows hold the truth; whoever misses one of
// these finds out by the versions.

const Visitor = Type.Object({
  userId: Type.String(),
  name: Type.String(),
  canEdit: Type.Boolean(),
});

const News = Type.Object({
  from: Type.String(),
  /** Versions `first` and on are committed; with their updates where those are small. */
  first: Type.Optional(Type.Integer()),
  last: Type.Optional(Type.Integer()),
  updates: Type.Optional(Type.Array(Type.String())),
  /** What clients show of themselves, by person. */
  presence: Type.Optional(Type.Array(Type.Object({ visitor: Visitor, states: Type.String() }))),
  /** Whoever hears it tells what its clients show, and its version. */
  asks: Type.Optional(Type.Boolean()),
  /** Nobody has the course open there any more. */
  leaves: Type.Optional(Type.Boolean()),
});
const check = Compile(News);

export type DocumentNews = {
  readonly from: string;
  readonly first?: number;
  readonly last?: number;
  readonly updates?: string[];
  readonly presence?: {
    visitor: { userId: string; name: string; canEdit: boolean };
    states: string;
  }[];
  readonly asks?: boolean;
  readonly leaves?: boolean;
};

export function documentTopic(courseId: string): string {
  return `document:${courseId}`;
}

export function parseDocumentNews(message: string): DocumentNews | undefined {
  try {
    const news: unknown = JSON.parse(message);
    return check.Check(news) ? news : undefined;
  } catch {
    return undefined;
  }
}

export async function publishDocumentNews(
  bus: Bus,
  courseId: string,
  news: DocumentNews,
): Promise<void> {
  const message = JSON.stringify(news);
  const fits = Buffer.byteLength(message) <= maxMessageBytes;
  // What does not fit is read from the rows.
  const { updates: _, ...short } = news;
  await bus.publish(documentTopic(courseId), fits ? message : JSON.stringify(short));
}
