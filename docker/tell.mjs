/**
 * A line for the person at the terminal. Standard output is kept for the line that says Lectern is ready.
 * @param {string} line
 */
export function tell(line) {
  process.stderr.write(`${line}\n`);
}
