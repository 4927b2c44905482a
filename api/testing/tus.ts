import type { Caller } from './fresh-api.ts';

type Answer = Awaited<ReturnType<Caller['call']>>;

export const tus = { 'tus-resumable': '1.0.0' } as const;
const bytesType = { 'content-type': 'application/offset+octet-stream' } as const;

export const metadataOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export type Begin = {
  readonly courseId: string;
  readonly size: number;
  readonly name?: string;
  readonly body?: Buffer;
  readonly headers?: Record<string, string>;
};

/** The requests of tus, as a client sends them. */
export function speakTusAs({ call }: Pick<Caller, 'call'>) {
  return {
    begin: ({ courseId, size, name = 'a.txt', body, headers = {} }: Begin): Promise<Answer> =>
      call('POST', '/v1/uploads', {
        headers: {
          ...tus,
          'upload-length': String(size),
          'upload-metadata': metadataOf({ filename: name, courseId }),
          ...(body !== undefined && bytesType),
          ...headers,
        },
        ...(body !== undefined && { body }),
      }),
    goOn: (
      url: string,
      offset: number,
      body: Buffer,
      headers: Record<string, string> = {},
    ): Promise<Answer> =>
      call('PATCH', url, {
        headers: { ...tus, ...bytesType, 'upload-offset': String(offset), ...headers },
        body,
      }),
    ask: (url: string): Promise<Answer> => call('HEAD', url, { headers: tus }),
    giveUp: (url: string): Promise<Answer> => call('DELETE', url, { headers: tus }),
  };
}
