import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeNode } from '../testing/make-graph-doc.ts';
import { nodeText } from './node-text.ts';
import { hasRightAnswer, hideAnswers, type Question } from './quiz.ts';

const options = [
  { id: '1', text: 'Rome' },
  { id: '2', text: 'Bern' },
];
const rightOptions = options.map((option, i) => ({ ...option, correct: i === 1 }));

const given: readonly Question[] = [
  { type: 'single', options: rightOptions },
  { type: 'multiple', choices: options.map((option) => ({ ...option, isCorrect: true })) },
  { answers: options.map((option) => ({ ...option, right: true })) },
  { type: 'single', options, answer: '2' },
  { type: 'single', options, correctIndex: 0 },
  { type: 'single', options, correctOption: '2' },
  { type: 'multiple', options, correct: ['1', '2'] },
  { type: 'multiple', options, correctOptions: [1] },
  { type: 'multiple', options, correctAnswers: ['1'] },
  { type: 'text', answers: ['Bern', 'Berne'] },
  { type: 'text', correctAnswer: 'Bern' },
  { type: 'number', answer: 0 },
  { type: 'boolean', answer: false },
  { type: 'text', solution: 'Bern' },
  { type: 'order', options: ['first', 'second'] },
  { type: 'order', answer: ['1', '2'] },
];

test('a right answer is known in each of the ways to name it', () => {
  for (const question of given) assert.ok(hasRightAnswer(question), JSON.stringify(question));
});

test('options of which none is right, and answers that say nothing, are no right answer', () => {
  for (const question of [
    { text: 'Why?' },
    { type: 'single', options },
    { type: 'single', options: options.map((option) => ({ ...option, correct: false })) },
    { type: 'text', answer: ' ' },
    { type: 'text', answers: [] },
    { type: 'order', answer: [] },
    { answers: options },
  ]) {
    assert.ok(!hasRightAnswer(question), JSON.stringify(question));
  }
});

function hide(question: Question, data: Record<string, unknown> = {}): unknown {
  const quiz = makeNode('q', { type: 'quiz', data: { ...data, questions: [question] } });
  return hideAnswers(quiz).data['questions'];
}

test('of no way to name what is right anything is left', () => {
  const text = { text: 'Which is the capital?', points: 2 };
  const remarks = { explanation: 'Bern, since 1848.', feedback: 'Read again.' };
  assert.deepEqual(hide({ type: 'single', ...text, ...remarks, options: rightOptions }), [
    { type: 'single', ...text, options },
  ]);
  for (const question of given.filter(({ type }) => type !== 'order')) {
    const hidden = JSON.stringify(hide({ ...question, ...remarks }));
    assert.doesNotMatch(hidden, /correct|right|answer":|solution|true|since|Read/i, hidden);
  }
  const remarked = [{ ...options[0], explanation: 'Once it was.', feedback: 'No.' }];
  assert.deepEqual(hide({ options: remarked }), [{ options: [options[0]] }]);
});

test('what is to be put in order does not stand in that order', () => {
  const order = (...texts: string[]) => texts.map((word, i) => ({ id: `${i}`, text: word }));
  const wanted = [
    { id: '2', text: 'a' },
    { id: '0', text: 'c' },
    { id: '1', text: 'd' },
  ];
  assert.deepEqual(
    hide({ type: 'order', options: order('c', 'd', 'a'), answer: ['0', '1', '2'] }),
    [{ type: 'order', options: wanted }],
  );
  assert.deepEqual(hide({ type: 'order', options: ['c', 'd', 'a'] }), [
    { type: 'order', options: ['a', 'c', 'd'] },
  ]);
});

test('answers in other places, or spelled otherwise, are not shown either', () => {
  const questions = [
    {
      text: '?',
      options: { a: { text: 'A', correct: true }, b: { text: 'B', is_correct: false } },
    },
    { text: '?', options: ['x', 'y'], correct_answers: [1], meta: [{ 'correct-index': 1 }] },
    { text: '?', pairs: [{ left: 'l', right: 'r' }], hint: { right: true } },
  ];
  const node = { id: 'q', type: 'quiz', title: 'Q', position: { x: 0, y: 0 }, data: { questions } };
  assert.deepEqual(hideAnswers(node).data['questions'], [
    { text: '?', options: { a: { text: 'A' }, b: { text: 'B' } } },
    { text: '?', options: ['x', 'y'], meta: [{}] },
    { text: '?', pairs: [{ left: 'l', right: 'r' }], hint: {} },
  ]);
});

test('a quiz that keeps its answers beside its questions does not show them either', () => {
  const quiz = makeNode('q', {
    type: 'quiz',
    data: {
      intro: 'Try',
      answers: { q1: 'Bern' },
      solution: 'Bern',
      questions: [{ text: 'Where?' }],
    },
  });
  assert.deepEqual(hideAnswers(quiz).data, { intro: 'Try', questions: [{ text: 'Where?' }] });
  const strange = makeNode('q', { type: 'quiz', data: { questions: { q1: { answer: 'Bern' } } } });
  assert.deepEqual(hideAnswers(strange).data, { questions: [] });
});

test('other nodes are shown as they are', () => {
  const lesson = makeNode('a', { data: { answer: 'It is 42.' } });
  assert.equal(hideAnswers(lesson), lesson);
});

test('search reads the questions of a quiz and nothing that answers them', () => {
  const quiz = makeNode('q', {
    type: 'quiz',
    data: {
      intro: 'Take your time',
      questions: [{ text: 'Where?', options: rightOptions, explanation: 'Bern it is' }],
    },
  });
  assert.equal(nodeText(quiz), 'Lesson q\n\nWhere?\n\nTake your time');
});
