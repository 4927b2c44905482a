import { type Static, Type } from 'typebox';

/** What a text is like. What is not known of its language is left out. */
export const Analysis = Type.Object({
  words: Type.Integer(),
  readingMinutes: Type.Integer({ description: 'for somebody who reads all of it' }),
  reading: Type.Optional(
    Type.Object(
      {
        ease: Type.Integer({ minimum: 0, maximum: 100, description: 'Flesch; 100 is the easiest' }),
        level: Type.Enum([
          'very_easy',
          'easy',
          'fairly_easy',
          'plain',
          'fairly_difficult',
          'difficult',
          'very_difficult',
        ]),
      },
      { description: 'for English, and for Russian with the figures that fit it' },
    ),
  ),
  keywords: Type.Array(Type.String(), { description: 'the best first' }),
  sentiment: Type.Optional(
    Type.Object({
      score: Type.Number({ minimum: -1, maximum: 1 }),
      label: Type.Enum(['negative', 'neutral', 'positive']),
    }),
  ),
});
export type Analysis = Static<typeof Analysis>;
