/**
 * The journal does not say what was written to it, or cannot be understood. Nothing is decided on such ground: the
 * console becomes read-only, and what can be read is shown.
 */
export class JournalDamaged extends Error {
  /** "*" when it is the file as a whole. */
  readonly stream: string;
  /** The first entry that is not as it was written; 0 when none can be named. */
  readonly seq: number;
  readonly what: string;
  readonly remedy: string;

  constructor(stream: string, seq: number, what: string, remedy: string) {
    super(
      stream === "*"
        ? `The journal cannot be used: ${what} ${remedy}`
        : `The journal is damaged at ${stream} #${seq}: ${what} ${remedy}`,
    );
    this.name = "JournalDamaged";
    this.stream = stream;
    this.seq = seq;
    this.what = what;
    this.remedy = remedy;
  }
}

/** What stands before the damage, where there is any. Each try ends nearer to the beginning. */
export async function asFarAsItGoes<T>(
  read: (beforeSeq: number | undefined) => Promise<readonly T[]>,
  beforeSeq?: number,
): Promise<readonly T[]> {
  try {
    return await read(beforeSeq);
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    const { seq } = error;
    if (seq <= 1 || (beforeSeq !== undefined && seq >= beforeSeq)) return [];
    return asFarAsItGoes(read, seq);
  }
}
