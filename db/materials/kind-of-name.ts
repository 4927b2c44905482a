import { extname } from 'node:path/posix';
import type { MaterialKind } from '../postgres/tables.ts';

const endings = {
  text: ['.txt', '.md', '.markdown'],
  document: ['.pdf', '.doc', '.docx'],
  presentation: ['.ppt', '.pptx'],
  image: ['.jpg', '.jpeg', '.png', '.gif', '.webp'],
  audio: ['.mp3', '.wav', '.m4a', '.m4b', '.mka', '.oga', '.ogg', '.opus', '.flac'],
  video: ['.mp4', '.m4v', '.webm', '.mov', '.mkv', '.avi', '.ogv'],
} satisfies Record<MaterialKind, readonly string[]>;

const kinds: readonly MaterialKind[] = [
  'text',
  'document',
  'presentation',
  'image',
  'audio',
  'video',
];

/** What a file is to be by its name; undefined where that says nothing. */
export function kindOfName(fileName: string): MaterialKind | undefined {
  const ending = extname(fileName).toLowerCase();
  return kinds.find((kind) => endings[kind].some((one) => one === ending));
}
