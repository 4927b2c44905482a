/** The part of yauzl that is used here; it brings no types of its own. */
declare module 'yauzl' {
  export type Entry = {
    readonly fileNameRaw: Buffer;
    readonly generalPurposeBitFlag: number;
    readonly compressionMethod: number;
    readonly compressedSize: number;
    isEncrypted(): boolean;
  };

  type Options = { readonly decodeStrings: false; readonly autoClose: false };

  export class ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterable<Entry>;
    readLocalFileHeaderPromise(
      entry: Entry,
      options: { readonly minimal: true },
    ): Promise<{ readonly fileDataStart: number }>;
    close(): void;
  }

  export function openPromise(path: string, options: Options): Promise<ZipFile>;
  export function fromBufferPromise(buffer: Buffer, options: Options): Promise<ZipFile>;
}
