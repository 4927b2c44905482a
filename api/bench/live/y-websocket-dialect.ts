import { createDecoder, readVarUint } from 'lib0/decoding';
import { encode, writeVarUint, writeVarUint8Array } from 'lib0/encoding';
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync';
import type { Dialect } from './dialect.ts';
import { emptyUpdate, emptyVector, writeUpdates } from './write-updates.ts';

const messageSync = 0;

/** What y-websocket's provider says. */
export const yWebsocketDialect: Dialect = {
  joining: {
    hello: () => [frame(messageYjsSyncStep1, emptyVector)],
    hear(said) {
      const decoder = createDecoder(said);
      if (readVarUint(decoder) !== messageSync) return {};
      const step = readVarUint(decoder);
      if (step === messageYjsSyncStep1) return { say: frame(messageYjsSyncStep2, emptyUpdate) };
      return { isState: step === messageYjsSyncStep2 };
    },
  },
  writeEdits: (_room, count) =>
    writeUpdates(count).map((update) => frame(messageYjsUpdate, update)),
};

function frame(step: number, content: Uint8Array): Uint8Array {
  return encode((encoder) => {
    writeVarUint(encoder, messageSync);
    writeVarUint(encoder, step);
    writeVarUint8Array(encoder, content);
  });
}
