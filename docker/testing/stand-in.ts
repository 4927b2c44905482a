// A part of Lectern played by a small program: STAND_IN names its role and how it behaves.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [role = 'migrate', ...ways] = (process.env['STAND_IN'] ?? '').split(' ');
const note = (word: string, pid = process.pid) =>
  appendFileSync(process.env['JOURNAL'] ?? '/dev/null', `${role} ${word} ${pid}\n`);
const end = () => {
  note('stops');
  process.exit(0);
};

if (role === '' || role === 'migrate') process.exit(ways.includes('fails') ? 1 : 0);
if (ways.includes('deaf'))
  for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => 0);
else for (const event of ['SIGTERM', 'disconnect']) process.on(event, end);
note('starts');
if (ways.includes('dies')) process.exit(7);
if (ways.includes('parent')) {
  // The last word tells whose it is, as the file of a program does.
  const words = ['-e', 'setInterval(() => 0, 1000)', import.meta.filename];
  const child = spawn(process.execPath, words, { stdio: 'ignore' });
  note('bore', child.pid);
}
if (ways.includes('api')) {
  const port = Number(process.env['PORT']);
  createServer((_, answer) => answer.end('{}')).listen(port, '127.0.0.1');
}
setInterval(() => undefined, 1000);
