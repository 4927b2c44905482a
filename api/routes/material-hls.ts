import type { Store } from '@lectern/db/open';
import { listCaptions } from '@lectern/db/postgres/captions';
import { findRendition, listRenditions, listSegments } from '@lectern/db/postgres/video-playlists';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound } from '../problems/problem.ts';
import { choosePlayable } from '../video/choose-playable.ts';
import { getVideo, whyNotYet } from '../video/find-video.ts';
import { nameCaptions } from '../video/name-language.ts';
import { sendPlaylist } from '../video/send-playlist.ts';
import { makeVideoLinks } from '../video/video-links.ts';
import { writeMaster } from '../video/write-master.ts';
import { writePlaylist } from '../video/write-playlist.ts';
import { IdParams } from './shapes.ts';
import { playlistAnswers, RenditionParams } from './video-shapes.ts';

const tags = ['Video'];
/** The playlists of a video: they are written from what is there when they are asked for. */
export function routeMaterialHls(app: App, store: Store): void {
  const { postgres } = store;

  app.get(
    '/v1/materials/:id/hls/master.m3u8',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'Play a video',
        description:
          'The HLS playlist that a player begins with, for whoever may see the material: by a token, the cookie of a login, or a link from `/playback`, which players need that send no headers. All that it names carries such links; they end with the login and with the right to see the material. It can be played while the rest is still made.',
        params: IdParams,
        response: playlistAnswers,
      },
    },
    async (request, reply) => {
      const { id: materialId } = request.params;
      const viewer = viewerOf(request);
      const video = await getVideo(store, viewer, materialId);
      const { round } = video;
      const [all, captions] = await Promise.all([
        listRenditions(postgres, { materialId, round }),
        listCaptions(postgres, materialId),
      ]);
      const renditions = choosePlayable(all);
      if (renditions.length === 0) throw await whyNotYet(store, viewer, materialId);
      const links = makeVideoLinks(store, request, { ...video, materialId });
      const text = writeMaster({
        renditions: renditions.map((rendition) => ({
          ...rendition,
          uri: links.to(`${round}/${rendition.name}.m3u8`),
        })),
        captions: captions.map((one) => ({
          language: one.language,
          name: nameCaptions(one.language, one.is_draft),
          uri: links.to(`${round}/captions/${one.language}.m3u8`),
        })),
      });
      return sendPlaylist(request, reply, text);
    },
  );

  app.get(
    '/v1/materials/:id/hls/:round/:rendition.m3u8',
    {
      config: { access: 'material.read', link: 'material' },
      schema: {
        tags,
        summary: 'What one quality of a video is made of',
        description:
          'It grows while the video is made. `round` counts up when the video is made anew; what was named before is gone then.',
        params: RenditionParams,
        response: playlistAnswers,
      },
    },
    async (request, reply) => {
      const { id: materialId, round, rendition: name } = request.params;
      const viewer = viewerOf(request);
      const rendition = await findRendition(postgres, viewer, { materialId, round, name });
      if (rendition === undefined) throw notFound('rendition');
      const segments = await listSegments(postgres, { materialId, rendition: name });
      const links = makeVideoLinks(store, request, { ...rendition, materialId });
      const text = writePlaylist({
        segments: segments.map((segment) => ({
          ...segment,
          uri: links.to(`${name}/${segment.piece}-${segment.number}.ts`, 'segment'),
        })),
        isWhole: rendition.isWhole,
        isLost: rendition.isLost,
        keyUri: links.to('key'),
      });
      return sendPlaylist(request, reply, text);
    },
  );
}
