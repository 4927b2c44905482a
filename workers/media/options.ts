/** The options of a program as they are typed, where none of them holds a space. */
export const options = (line: string): string[] => line.split(' ').filter(Boolean);
