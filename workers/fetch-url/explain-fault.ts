import { Cancel } from '@lectern/db/queue/outcomes';

/** The server that has the file is away or failing. It may come back, so it is asked again some times. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway';
  readonly code: string;
  /** `message` is for the owner. */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What became of the connection to a server, in words for the owner of the material. */
export function explainFault(cause: unknown, { host, hostname }: URL): Error {
  if (cause instanceof Cancel || cause instanceof ServerAway) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOTFOUND') {
    const detail = `There is no server named ${hostname}. See whether the address is written right.`;
    return new Cancel('host_not_found', detail, { cause });
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/.test(code)) {
    const detail = `${host} cannot prove that it is itself: its certificate is not valid (${code}). Download the file and upload it here.`;
    return new Cancel('certificate_invalid', detail, { cause });
  }
  if (/^HPE_|^ERR_SSL_|^EPROTO$/.test(code)) {
    const detail = `What answers at ${host} is no web server of this kind. See whether the address is written right: http or https, and the port.`;
    return new Cancel('not_a_web_server', detail, { cause });
  }
  if (code === 'EAI_AGAIN') {
    const detail = `The name ${hostname} could not be looked up. Try again later.`;
    return new ServerAway('host_not_found', detail, { cause });
  }
  const detail = `${host} does not answer, or stops in the middle of the file. Try again later.`;
  return new ServerAway('server_unreachable', detail, { cause });
}

/** What a server answers in place of the file. */
export function explainStatus(status: number, { host }: URL): Error {
  if (status === 429 || status >= 500) {
    const detail = `${host} cannot give the file now (it answers ${status}). Try again later.`;
    return new ServerAway('server_failing', detail);
  }
  const detail =
    status === 401 || status === 403
      ? `${host} does not give this file to everybody (${status}). Download it and upload it here.`
      : `${host} has no file at this address (${status}).`;
  return new Cancel('url_refused', detail);
}
