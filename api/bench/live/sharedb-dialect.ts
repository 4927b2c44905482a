import type { Dialect } from './dialect.ts';
import { markerLength, writeMarker } from './markers.ts';

const collection = 'courses';
const json0 = 'http://sharejs.org/types/JSONv0';

/** What ShareDB's client says. An operation without a version is for whatever the document is then. */
export const sharedbDialect: Dialect = {
  joining: {
    hello: (room) => [
      JSON.stringify({ a: 'hs', id: null, protocol: 1, protocolMinor: 2 }),
      JSON.stringify({ a: 's', c: collection, d: room }),
    ],
    hear: (said) => ({ isState: Reflect.get(Object(JSON.parse(String(said))), 'a') === 's' }),
  },
  writeEdits(room, count) {
    const create = { type: json0, data: { title: 'A lesson', text: writeMarker(0) } };
    return Array.from({ length: count }, (_, edit) => {
      const change =
        edit === 0
          ? { v: 0, create }
          : { op: [{ p: ['text', edit * markerLength], si: writeMarker(edit) }] };
      return JSON.stringify({ a: 'op', c: collection, d: room, seq: edit + 1, x: {}, ...change });
    });
  },
};
