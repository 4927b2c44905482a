import { type Static, Type } from 'typebox';
import type { Found } from './found.ts';

// Readers of strangers' files are not believed: what they tell is looked at.

const Count = Type.Integer({ minimum: 0, maximum: 10_000_000 });
const Words = Type.String({ maxLength: 2_000 });
const Share = Type.Number({ minimum: 0, maximum: 1 });

const PlaceShape = Type.Object(
  {
    page: Type.Optional(Count),
    slide: Type.Optional(Count),
    heading: Type.Optional(Words),
    box: Type.Optional(Type.Tuple([Share, Share, Share, Share])),
  },
  { additionalProperties: false },
);

export const FoundShape = Type.Union([
  Type.Object({
    kind: Type.Literal('about'),
    title: Type.Optional(Words),
    author: Type.Optional(Words),
    language: Type.Optional(Words),
    pages: Type.Optional(Count),
  }),
  Type.Object({
    kind: Type.Literal('text'),
    unit: Count,
    pieces: Type.Array(Type.Object({ text: Type.String(), place: PlaceShape })),
  }),
  Type.Object({
    kind: Type.Literal('scan'),
    unit: Count,
    place: PlaceShape,
    why: Type.Enum(['no_text', 'garbage']),
  }),
  Type.Object({
    kind: Type.Literal('picture'),
    unit: Count,
    place: PlaceShape,
    fileName: Type.String({ maxLength: 200 }),
  }),
  Type.Object({ kind: Type.Literal('loss'), code: Words, message: Words }),
]);

/** Both say the same. */
type Same = Static<typeof FoundShape> extends Found ? true : never;
true satisfies Same;
