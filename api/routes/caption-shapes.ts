import type { Cue } from '@lectern/db/captions/cue';
import { mostCharacters, mostCues, mostMs } from '@lectern/db/captions/cue';
import { draftRemark } from '@lectern/db/captions/draft-remark';
import type { Captions } from '@lectern/db/postgres/captions';
import { type Static, Type } from 'typebox';
import { Id, Instant, Passage } from './shapes.ts';

const Seconds = Type.Number({ minimum: 0, maximum: mostMs / 1_000, description: 'seconds' });

const CueShape = Type.Object(
  { startTime: Seconds, endTime: Seconds, text: Passage(mostCharacters) },
  { additionalProperties: false },
);

const languagePattern = '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$';

const Language = Type.String({
  pattern: languagePattern,
  description: 'as BCP 47 has it; `und` where nobody knows',
});

const Wanted = Type.Optional(
  Type.String({ pattern: languagePattern, description: 'else those that are searched' }),
);

export const CaptionsQuery = Type.Object({ language: Wanted }, { additionalProperties: false });

/** Of a file, which players open without a header. */
export const CaptionFileQuery = Type.Object(
  { language: Wanted, link: Type.Optional(Type.String({ maxLength: 2_000 })) },
  { additionalProperties: false },
);

const Source = Type.Enum(['speech', 'embedded', 'sidecar', 'edited'], {
  description: 'heard by a program, in the file, in a file beside it, or written by an author',
});

const IsDraft = Type.Boolean({ description: 'heard by a program that often mishears' });

export const CaptionsShape = Type.Object({
  materialId: Id,
  language: Language,
  source: Source,
  engine: Type.Union([Type.String(), Type.Null()], { description: 'the program that heard it' }),
  isDraft: IsDraft,
  remark: Type.Optional(Type.String({ description: 'to be shown with a draft' })),
  version: Type.Integer(),
  updatedAt: Instant,
  languages: Type.Array(Type.Object({ language: Language, source: Source, isDraft: IsDraft })),
  cues: Type.Array(CueShape),
});

export const NewCaptions = Type.Object(
  { cues: Type.Array(CueShape, { maxItems: mostCues }) },
  { additionalProperties: false },
);

export type CaptionsDocument = Static<typeof CaptionsShape>;

export type Described = {
  readonly materialId: string;
  readonly captions: Captions;
  readonly all: readonly Captions[];
  readonly cues: readonly Cue[];
};

export function describeCaptions({ materialId, captions, all, cues }: Described): CaptionsDocument {
  const { language, source, engine, version } = captions;
  return {
    materialId,
    language,
    source,
    engine,
    isDraft: captions.is_draft,
    ...(captions.is_draft && { remark: draftRemark }),
    version,
    updatedAt: captions.updated_at.toISOString(),
    languages: all.map((one) => ({
      language: one.language,
      source: one.source,
      isDraft: one.is_draft,
    })),
    cues: cues.map(({ startMs, endMs, text }) => ({
      startTime: startMs / 1_000,
      endTime: endMs / 1_000,
      text,
    })),
  };
}

/** Another version in another language, and one that was made anew, has another. */
export function tagOfCaptions({ language, version, updated_at: at }: Captions): string {
  return `"${language}-${version}-${at.getTime().toString(36)}"`;
}
