import { extname } from 'node:path/posix';
import type { MaterialKind } from '@lectern/db/postgres/tables';

const endings: Readonly<Record<string, readonly string[]>> = {
  text: ['.txt', '.md', '.markdown'],
  document: ['.pdf', '.doc', '.docx'],
  presentation: ['.ppt', '.pptx'],
  image: ['.jpg', '.jpeg', '.png', '.gif', '.webp'],
  audio: ['.mp3', '.wav', '.m4a', '.ogg', '.flac'],
  video: ['.mp4', '.webm', '.mov', '.mkv'],
} satisfies Record<MaterialKind, readonly string[]>;

/** What a file seems to be as long as nobody has seen it. */
export function kindByName(fileName: string): MaterialKind {
  const ending = extname(fileName).toLowerCase();
  const found = kinds.find((kind) => endings[kind]?.includes(ending));
  return found ?? 'document';
}

const kinds: readonly MaterialKind[] = [
  'text',
  'document',
  'presentation',
  'image',
  'audio',
  'video',
];
