export type Frame = Uint8Array | string;

/** How clients of one kind of server speak. */
export type Dialect = {
  /** Absent where who is connected is in the room. */
  readonly joining?: {
    /** Said as soon as the socket is open. */
    hello(room: string): readonly Frame[];
    /** Asked with each frame until one shows what the room holds. */
    hear(frame: Buffer, room: string): { readonly say?: Frame; readonly isState?: boolean };
  };
  /** The frames of one client that makes a text and then writes at its end, a marker with each. */
  writeEdits(room: string, count: number): readonly Frame[];
};
