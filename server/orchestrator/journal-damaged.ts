/** The journal does not say what was written to it. Nothing is decided on such ground: the cluster becomes read-only. */
export class JournalDamaged extends Error {
  readonly stream: string;
  readonly seq: number;
  readonly remedy: string;

  constructor(stream: string, seq: number, what: string, remedy: string) {
    super(`The journal is damaged at ${stream} #${seq}: ${what} ${remedy}`);
    this.name = "JournalDamaged";
    this.stream = stream;
    this.seq = seq;
    this.remedy = remedy;
  }
}
