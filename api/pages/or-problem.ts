import { Problem } from '../problems/problem.ts';

/** A refusal as a value, for a page that shows its form again with the reason. */
export async function orProblem<T>(act: Promise<T>): Promise<T | Problem> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
