import * as Y from 'yjs';
import { tellsAnswers } from './quiz.ts';
import { nodesOf, readData } from './read-graph.ts';
import { OutOfBounds } from './read-json.ts';

/** Whether a document says anything that is kept from those who are to answer its quizzes. */
export function hasAnswers(doc: Y.Doc): boolean {
  for (const node of nodesOf(doc).values()) {
    if (!(node instanceof Y.Map) || node.get('type') !== 'quiz') continue;
    if (tellsAnswersIn(node.get('data'))) return true;
  }
  return false;
}

function tellsAnswersIn(value: unknown): boolean {
  try {
    return tellsAnswers({ type: 'quiz', data: readData(value) });
  } catch (error) {
    if (!(error instanceof OutOfBounds)) throw error;
    // Nobody can say what is in there.
    return true;
  }
}
