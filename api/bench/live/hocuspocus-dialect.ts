import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';
import { encode, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding';
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync';
import type { Dialect } from './dialect.ts';
import { emptyUpdate, emptyVector, writeUpdates } from './write-updates.ts';

const message = { sync: 0, auth: 2, syncReply: 4 } as const;
const authToken = 0;

/** What Hocuspocus's provider says: each message names its document, and a token comes first, if empty. */
export const hocuspocusDialect: Dialect = {
  joining: {
    hello: (room) => [writeToken(room), frame(room, messageYjsSyncStep1, emptyVector)],
    hear(said, room) {
      const decoder = createDecoder(said);
      readVarString(decoder);
      const type = readVarUint(decoder);
      if (type !== message.sync && type !== message.syncReply) return {};
      const step = readVarUint(decoder);
      if (step === messageYjsSyncStep1)
        return { say: frame(room, messageYjsSyncStep2, emptyUpdate) };
      return { isState: step === messageYjsSyncStep2 };
    },
  },
  writeEdits: (room, count) =>
    writeUpdates(count).map((update) => frame(room, messageYjsUpdate, update)),
};

function writeToken(room: string): Uint8Array {
  return encode((encoder) => {
    writeVarString(encoder, room);
    writeVarUint(encoder, message.auth);
    writeVarUint(encoder, authToken);
    writeVarString(encoder, '');
  });
}

function frame(room: string, step: number, content: Uint8Array): Uint8Array {
  return encode((encoder) => {
    writeVarString(encoder, room);
    writeVarUint(encoder, message.sync);
    writeVarUint(encoder, step);
    writeVarUint8Array(encoder, content);
  });
}
