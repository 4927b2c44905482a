import { defineEngine, type Engine } from '../sandbox/define-engine.ts';
import type { Found } from './found.ts';
import { FoundShape } from './found-shape.ts';

/** Which of them open a file, and with what. */
function engine(name: string, module: string, run: string): Engine<Found> {
  return defineEngine({ name, module: import.meta.resolve(module), run, shape: FoundShape });
}

const openXml = 'application/vnd.openxmlformats-officedocument';

/** Who reads what; text is read without any of them. */
export const engines: Readonly<Record<string, Engine<Found>>> = {
  'application/pdf': engine('pdf', './pdf/read-pdf.ts', 'readPdf'),
  [`${openXml}.wordprocessingml.document`]: engine('docx', './office/read-docx.ts', 'readDocx'),
  [`${openXml}.presentationml.presentation`]: engine('pptx', './office/read-pptx.ts', 'readPptx'),
  'application/msword': engine('doc', './office/read-doc.ts', 'readDoc'),
  'application/vnd.ms-powerpoint': engine('ppt', './office/read-ppt.ts', 'readPpt'),
};
