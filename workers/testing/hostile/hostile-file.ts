export type HostileFile = {
  readonly what: string;
  readonly name: string;
  readonly bytes: Buffer;
};

/** What a file may be after: a file of this machine and a server on it. Both as URLs. */
export type Lure = { readonly file: string; readonly url: string };
