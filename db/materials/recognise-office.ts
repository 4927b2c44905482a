import { recogniseCompound } from './recognise-compound.ts';
import { recogniseZip } from './recognise-zip.ts';

export type OfficeMedia = {
  readonly kind: 'document' | 'presentation';
  readonly mediaType: string;
  readonly extension: OfficeFormat;
};

export type OfficeFormat = 'docx' | 'pptx' | 'doc' | 'ppt';

export type Look = {
  /** The first 64 KB. */
  readonly head: Buffer;
  /** The last 64 KB, where a zip lists what it holds. */
  readonly tail?: Buffer | undefined;
  /** 4 KB from where `compoundDirectoryAt` says. */
  readonly directory?: Buffer | undefined;
  readonly fileName: string;
};

const openXml = 'application/vnd.openxmlformats-officedocument';
const media: Record<OfficeFormat, OfficeMedia> = {
  docx: {
    kind: 'document',
    mediaType: `${openXml}.wordprocessingml.document`,
    extension: 'docx',
  },
  pptx: {
    kind: 'presentation',
    mediaType: `${openXml}.presentationml.presentation`,
    extension: 'pptx',
  },
  doc: { kind: 'document', mediaType: 'application/msword', extension: 'doc' },
  ppt: { kind: 'presentation', mediaType: 'application/vnd.ms-powerpoint', extension: 'ppt' },
};

/**
 * Which Office format a file is, judged by what it holds. Its name is asked only where the content
 * cannot tell: a file with a password hides it, and a head alone may not reach it.
 */
export function recogniseOffice(look: Look): OfficeMedia | undefined {
  const format = recogniseZip(look) ?? recogniseCompound(look);
  return format && media[format];
}
