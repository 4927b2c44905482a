import { Type } from 'typebox';
import { Bytes, Id } from './shapes.ts';

// What the addresses of a video's parts are made of.

const Round = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 });
const Rendition = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' });
const Count = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });

export const RoundParams = Type.Object({ id: Id, round: Round });
export const RenditionParams = Type.Object({ id: Id, round: Round, rendition: Rendition });
export const SegmentParams = Type.Object({
  id: Id,
  round: Round,
  rendition: Rendition,
  piece: Count,
  number: Count,
});
export const CaptionsParams = Type.Object({
  id: Id,
  round: Round,
  language: Type.String({ pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$' }),
});

export const playlistAnswers = {
  200: {
    description: 'The playlist.',
    content: { 'application/vnd.apple.mpegurl': { schema: Bytes } },
  },
  304: Type.Null({ description: 'It has not changed.' }),
};
