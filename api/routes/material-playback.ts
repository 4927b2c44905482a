import type { MediaInfo } from '@lectern/db/materials/media-info';
import type { Store } from '@lectern/db/open';
import { listCaptions } from '@lectern/db/postgres/captions';
import { isPending } from '@lectern/db/postgres/fetched-materials';
import { findMaterial } from '@lectern/db/postgres/materials';
import { findPlayableVideo, listRenditions } from '@lectern/db/postgres/video-playlists';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { choosePlayable } from '../video/choose-playable.ts';
import { nameCaptions } from '../video/name-language.ts';
import { makeVideoLinks } from '../video/video-links.ts';
import { IdParams, Instant } from './shapes.ts';

const Maybe = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

const Playback = Type.Object({
  hls: Maybe('what a player of HLS opens; null until the beginning can be played'),
  isWhole: Type.Boolean({ description: 'all of it can be played, in all qualities' }),
  duration: Type.Union([Type.Number(), Type.Null()], { description: 'seconds, where it is known' }),
  original: Type.String({ description: 'the file itself, which players of sound open' }),
  poster: Maybe('a JPEG, once it is made; null for sound'),
  storyboard: Maybe('WebVTT with small pictures, where there are some'),
  captions: Type.Array(
    Type.Object({
      language: Type.String(),
      name: Type.String(),
      isDraft: Type.Boolean({ description: 'heard by a program that is often wrong' }),
      url: Type.String({ description: 'WebVTT' }),
    }),
  ),
  chapters: Type.Array(
    Type.Object({
      startTime: Type.Number({ description: 'seconds' }),
      endTime: Type.Number(),
      title: Type.Union([Type.String(), Type.Null()]),
    }),
    { description: 'as the file tells them' },
  ),
  expiresAt: { ...Instant, description: 'of the links' },
});

/** Where the parts of a video or of sound are, for players that send no headers. */
export function routeMaterialPlayback(app: App, store: Store): void {
  const { postgres } = store;

  app.get(
    '/v1/materials/:id/playback',
    {
      config: { access: 'material.read' },
      schema: {
        tags: ['Video'],
        summary: 'Get the links that play a video or sound',
        description:
          'They need no header, hold for some hours, and end at once with the login that asked or with the right to see the material.',
        params: IdParams,
        response: { 200: Playback },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const material = await findMaterial(postgres, viewer, request.params.id);
      if (material === undefined) throw notFound('material');
      const { id: materialId, kind, duration_ms: durationMs } = material;
      const video = await findPlayableVideo(postgres, viewer, materialId);
      const isPlayed = video !== undefined || kind === 'video' || kind === 'audio';
      if (!isPlayed || isPending(material)) throw notFound('video');
      const [renditions, captions] = await Promise.all([
        video === undefined ? [] : listRenditions(postgres, { materialId, round: video.round }),
        listCaptions(postgres, materialId),
      ]);
      const links = makeVideoLinks(store, request, { materialId, durationMs: durationMs ?? 0 });
      const at = (path: string) => links.to(`/v1/materials/${materialId}/${path}`);
      return {
        hls: choosePlayable(renditions).length > 0 ? at('hls/master.m3u8') : null,
        isWhole: video?.state === 'whole',
        duration: durationMs === null ? null : durationMs / 1_000,
        original: at('original'),
        poster: kind === 'audio' ? null : at('thumbnail'),
        storyboard: video?.storyboard ? at('storyboard.vtt') : null,
        captions: captions.map(({ language, is_draft: isDraft }) => {
          const url = at(`captions.vtt?language=${language}`);
          return { language, name: nameCaptions(language, isDraft), isDraft, url };
        }),
        chapters: listChapters(video?.info),
        expiresAt: links.expiresAt.toISOString(),
      };
    },
  );
}

/** At times from the beginning, wherever the file's own clock begins. */
function listChapters({ chapters = [], startS = 0 }: Partial<MediaInfo> = {}) {
  return chapters.map((chapter) => ({
    startTime: Math.max(0, chapter.startS - startS),
    endTime: Math.max(0, chapter.endS - startS),
    title: chapter.title ?? null,
  }));
}
