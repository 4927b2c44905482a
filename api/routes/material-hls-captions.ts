import { draftRemark } from '@lectern/db/captions/draft-remark';
import { writeVtt } from '@lectern/db/captions/write-captions';
import type { Store } from '@lectern/db/open';
import { findCaptions, listCues } from '@lectern/db/postgres/captions';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { getVideo } from '../video/find-video.ts';
import { sendPlaylist } from '../video/send-playlist.ts';
import { makeVideoLinks } from '../video/video-links.ts';
import { writePlaylist } from '../video/write-playlist.ts';
import { CaptionsParams, playlistAnswers } from './video-shapes.ts';

/** What ffmpeg's MPEG-TS says at second 0, in ticks of 90 kHz; captions are told where to begin. */
const ticksAtZero = 126_000;
const tags = ['Video'];

/** Captions as a player of HLS takes them: a playlist with all of them in one piece. */
export function routeMaterialHlsCaptions(app: App, store: Store): void {
  const { postgres } = store;

  async function getCaptions(request: FastifyRequest, materialId: string, language: string) {
    const video = await getVideo(store, viewerOf(request), materialId);
    const captions = await findCaptions(postgres, materialId, language);
    if (captions === undefined) throw notFound('captions');
    return { video, captions };
  }

  app.get(
    '/v1/materials/:id/hls/:round/captions/:language.m3u8',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'The playlist of the captions in one language',
        params: CaptionsParams,
        response: playlistAnswers,
      },
    },
    async (request, reply) => {
      const { id: materialId, language } = request.params;
      const { video } = await getCaptions(request, materialId, language);
      const links = makeVideoLinks(store, request, { ...video, materialId });
      const uri = links.to(`${language}.vtt`);
      const whole = { piece: 0, number: 0, startS: 0, durationS: video.durationMs / 1_000, uri };
      const text = writePlaylist({ segments: [whole], isWhole: true });
      return sendPlaylist(request, reply, text);
    },
  );

  app.get(
    '/v1/materials/:id/hls/:round/captions/:language.vtt',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'The captions in one language, on the clock of the video',
        params: CaptionsParams,
        response: {
          200: { description: 'WebVTT.', content: { 'text/vtt': { schema: Type.String() } } },
        },
      },
    },
    async (request, reply) => {
      const { id: materialId, language } = request.params;
      const { captions } = await getCaptions(request, materialId, language);
      const remark = captions.is_draft ? draftRemark : undefined;
      const text = writeVtt(await listCues(postgres, materialId, language), { remark });
      const clock = `X-TIMESTAMP-MAP=MPEGTS:${ticksAtZero},LOCAL:00:00:00.000`;
      reply.type('text/vtt; charset=utf-8');
      return reply.send(text.replace(/^WEBVTT\n/, `WEBVTT\n${clock}\n`));
    },
  );
}
