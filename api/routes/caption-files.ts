import type { Cue } from '@lectern/db/captions/cue';
import { draftRemark } from '@lectern/db/captions/draft-remark';
import { baseOf } from '@lectern/db/captions/sidecar-names';
import { writeSrt, writeVtt } from '@lectern/db/captions/write-captions';
import { writeTranscript } from '@lectern/db/captions/write-transcript';
import type { Store } from '@lectern/db/open';
import { listCues } from '@lectern/db/postgres/captions';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { holdsTag } from '../files/holds-tag.ts';
import { attach } from '../files/send-file.ts';
import { getCaptions } from '../materials/get-captions.ts';
import { markDraft } from '../materials/mark-draft.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { CaptionFileQuery, tagOfCaptions } from './caption-shapes.ts';
import { IdParams } from './shapes.ts';

type Format = {
  readonly ending: 'vtt' | 'srt' | 'txt';
  readonly mediaType: string;
  readonly summary: string;
  readonly write: (cues: readonly Cue[], remark: string | undefined) => string;
};

const formats: readonly Format[] = [
  {
    ending: 'vtt',
    mediaType: 'text/vtt',
    summary: 'Download captions as WebVTT',
    write: (cues, remark) => writeVtt(cues, { remark }),
  },
  {
    ending: 'srt',
    mediaType: 'application/x-subrip',
    summary: 'Download captions as SubRip',
    write: (cues) => writeSrt(cues),
  },
  {
    ending: 'txt',
    mediaType: 'text/plain',
    summary: 'Download what is said as plain text',
    write: (cues) => writeTranscript(cues),
  },
];

/** What is said in a recording, as files. */
export function routeCaptionFiles(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  for (const { ending, mediaType, summary, write } of formats) {
    app.get(
      `/v1/materials/:id/captions.${ending}`,
      {
        config: { access: 'material.read', link: 'material' },
        schema: {
          tags: ['Captions'],
          summary,
          description:
            'Opened by a link from `/playback` too, for players. With `Lectern-Draft: true` where a program heard the words that often mishears.',
          params: IdParams,
          querystring: CaptionFileQuery,
          response: {
            200: { description: 'The file.', content: { [mediaType]: { schema: Type.String() } } },
            304: Type.Null({ description: 'It has not changed.' }),
          },
        },
      },
      async (request, reply) => {
        const viewer = viewerOf(request);
        const { material, captions } = await getCaptions(postgres, viewer, request);
        const tag = tagOfCaptions(captions);
        reply.header('etag', tag);
        if (captions.is_draft) markDraft(reply);
        if (holdsTag(request.headers['if-none-match'], tag)) return reply.code(304).send(null);
        const cues = await listCues(postgres, material.id, captions.language);
        const base = `${baseOf(material.file_name)}${captions.is_draft ? ' (rough draft)' : ''}`;
        const fileName = `${base}.${captions.language}.${ending}`;
        attach(reply, { fileName, mediaType: `${mediaType}; charset=utf-8` });
        reply.removeHeader('accept-ranges');
        return reply.send(write(cues, captions.is_draft ? draftRemark : undefined));
      },
    );
  }
}
