export type S3Address = {
  readonly bucket: string;
  readonly region: string;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** Undefined: the SDK looks for them, in the environment or the role of the machine. */
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string }
    | undefined;
};

const advice =
  'write s3://key:secret@host:port/bucket?region=…&tls=false, or s3://key:secret@bucket?region=… for AWS';

/** Reads OBJECTS_URL, or throws a sentence. Key and secret are percent-encoded, as in any URL. */
export function readS3Address(objectsUrl: string): S3Address {
  const url = new URL(objectsUrl);
  const path = url.pathname.replace(/^\/|\/$/g, '');
  // Without a path, the only name there is is the bucket's.
  const bucket = path === '' ? url.hostname : path;
  const isAws = path === '' || url.hostname === '';
  if (bucket === '' || bucket.includes('/') || (isAws && url.port !== '')) {
    throw new Error(`OBJECTS_URL does not name one bucket: ${advice}.`);
  }
  const scheme = readTls(url) ? 'https' : 'http';
  return {
    bucket,
    region: url.searchParams.get('region') ?? 'us-east-1',
    endpoint: isAws ? undefined : `${scheme}://${url.host}`,
    credentials: readCredentials(url),
  };
}

function readTls(url: URL): boolean {
  const tls = url.searchParams.get('tls') ?? 'true';
  if (tls === 'true' || tls === 'false') return tls === 'true';
  throw new Error(`OBJECTS_URL says tls=${tls}: write tls=true or tls=false.`);
}

function readCredentials(url: URL): S3Address['credentials'] {
  if (url.username === '' && url.password === '') return undefined;
  if (url.username === '' || url.password === '') {
    throw new Error(`OBJECTS_URL has a key without a secret, or the reverse: ${advice}.`);
  }
  return {
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
  };
}
