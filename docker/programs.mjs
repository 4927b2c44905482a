import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * A program of the system: what it is found by, the packages that bring it, and what is off without it.
 * @typedef {object} Program
 * @property {string} name
 * @property {readonly string[]} commands all must be on the PATH
 * @property {readonly string[]} [data] for each, one file must exist below one of `dataFolders`
 * @property {readonly string[]} apt
 * @property {readonly string[]} brew
 * @property {string} feature
 */

/** @type {readonly Program[]} */
export const programs = [
  {
    name: 'ffmpeg',
    commands: ['ffmpeg', 'ffprobe'],
    apt: ['ffmpeg'],
    brew: ['ffmpeg'],
    feature: 'streaming of video and audio',
  },
  {
    name: 'tesseract',
    commands: ['tesseract'],
    data: ['tessdata/eng.traineddata', 'tessdata/rus.traineddata'],
    apt: ['tesseract-ocr', 'tesseract-ocr-eng', 'tesseract-ocr-rus'],
    brew: ['tesseract', 'tesseract-lang'],
    feature: 'text from pictures and scans',
  },
  {
    name: 'pdftotext',
    commands: ['pdftotext'],
    apt: ['poppler-utils'],
    brew: ['poppler'],
    feature: 'text from PDF',
  },
  {
    name: 'pocketsphinx',
    commands: ['pocketsphinx_continuous'],
    data: ['model/en-us/en-us/mdef'],
    apt: ['pocketsphinx', 'pocketsphinx-en-us'],
    brew: ['cmu-pocketsphinx'],
    feature: 'text from speech',
  },
];

/** @type {readonly Program[]} */
export const testPrograms = [
  {
    name: 'redis-server',
    commands: ['redis-server'],
    apt: ['redis-server'],
    brew: ['redis'],
    feature: 'the tests that need Redis',
  },
  {
    name: 'flite',
    commands: ['flite'],
    apt: ['flite'],
    brew: ['flite'],
    feature: 'the tests of speech',
  },
];

const dataFolders = [
  '/usr/share/tesseract-ocr',
  '/usr/share/tesseract-ocr/4.00',
  '/usr/share/tesseract-ocr/5',
  '/usr/share/pocketsphinx',
  '/usr/share',
  '/usr/local/share',
  '/usr/local/share/pocketsphinx',
  '/opt/homebrew/share',
  '/opt/homebrew/share/pocketsphinx',
];

/**
 * Looks at the PATH and at folders only, so that asking costs a millisecond.
 * @param {readonly Program[]} wanted
 */
export function findMissing(wanted) {
  return wanted.filter(
    ({ commands, data = [] }) =>
      !commands.every(isOnPath) ||
      !data.every((file) => dataFolders.some((folder) => existsSync(join(folder, file)))),
  );
}

/** @param {string} command */
export function isOnPath(command) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
