/** A bug, not an error of the world: the process stops, and recovery is a tested path. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`A rule of the program is broken: ${message}`);
}
