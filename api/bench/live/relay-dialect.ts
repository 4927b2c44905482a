import type { Dialect } from './dialect.ts';
import { yWebsocketDialect } from './y-websocket-dialect.ts';

/** The same frames as Lectern's, to a server that does not read them. */
export const relayDialect: Dialect = { writeEdits: yWebsocketDialect.writeEdits };
