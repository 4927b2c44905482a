import { Readable } from 'node:stream';
import type { GraphNode } from '@lectern/db/graph/graph';
import type { ZipEntry } from '../../zip/pack-zip.ts';
import { type CourseFiles, placeFiles } from '../course-files.ts';
import { describeNode } from '../describe-node.ts';
import { listFileEntries } from '../list-file-entries.ts';
import { orderNodes } from '../order-nodes.ts';
import type { CourseSource } from '../read-course.ts';
import { escapeLineStart, escapeText, escapeTitleEnd } from './escape-text.ts';
import { writeBlocks } from './write-blocks.ts';

/** A course as one text that can be edited and brought in again, with its files beside it. */
export async function* listMarkdownEntries(
  source: CourseSource,
): AsyncGenerator<ZipEntry, void, void> {
  const files = placeFiles(source.materials);
  yield {
    name: 'course.md',
    modifiedAt: source.exportedAt,
    content: Readable.from(writeCourse(source, files)),
  };
  yield* listFileEntries(files, source);
}

function* writeCourse(source: CourseSource, files: CourseFiles): Generator<string, void, void> {
  const { course, graph } = source;
  yield writeFrontMatter(source, files);
  yield `\n# ${writeTitle(course.title)}\n`;
  if (course.description.trim() !== '') yield `\n${writeWords(course.description)}\n`;
  const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
  const required = new Map<string, string[]>();
  for (const { type, source: from, target } of graph.edges) {
    const title = titles.get(target);
    if (type !== 'requires' || title === undefined) continue;
    required.set(from, [...(required.get(from) ?? []), title]);
  }
  for (const node of orderNodes(graph)) {
    yield `\n${writeNode(node, { files, requires: required.get(node.id) ?? [] })}\n`;
  }
}

/** Every value is JSON, which YAML reads as well. */
function writeFrontMatter({ course, exportedAt }: CourseSource, files: CourseFiles): string {
  const { title, description, language, level, tags, visibility } = course;
  const fields = {
    title,
    description,
    language,
    ...(level !== null && { level }),
    tags,
    visibility,
    exportedAt: exportedAt.toISOString(),
    files: files.all.map(({ place }) => place),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `---\n${lines.join('\n')}\n---\n`;
}

const names: Readonly<Record<string, string>> = {
  video: 'Video',
  quiz: 'Quiz',
  assignment: 'Assignment',
};

const isHarmless = /^(https?:|mailto:|tel:|data:image\/(png|jpeg|gif|webp);)/i;

function writeNode(
  node: GraphNode,
  { files, requires }: { readonly files: CourseFiles; readonly requires: readonly string[] },
): string {
  const sign = node.type === 'section' ? '##' : '###';
  const kind = names[node.type];
  const findAddress = (href: string) =>
    files.find(href)?.address ?? (isHarmless.test(href) ? href : undefined);
  const body = writeBlocks(describeNode(node, files), { findAddress, headingShift: 3 });
  const parts = [
    `${sign} ${writeTitle(node.title)}`,
    kind === undefined ? '' : `*${kind}*`,
    requires.length === 0 ? '' : `*Requires: ${requires.map(escapeText).join(', ')}*`,
    body,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function writeTitle(title: string): string {
  const words = title.trim() === '' ? 'Untitled' : title.trim();
  return escapeTitleEnd(escapeText(words));
}

function writeWords(text: string): string {
  const paragraphs = text.trim().split(/\n\s*\n/);
  return paragraphs.map((one) => escapeLineStart(escapeText(one))).join('\n\n');
}
