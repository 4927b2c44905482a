/** The part of ShareDB that the bench uses; the package has no types. */
declare module 'sharedb' {
  import type { Duplex } from 'node:stream';

  class ShareDB {
    listen(stream: Duplex): unknown;
  }

  export = ShareDB;
}
