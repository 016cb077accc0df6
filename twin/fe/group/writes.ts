/** Statements that wait until a majority has their entry; each hangs for so long before it fails. */
const writeTimeoutMs = 10_000;

export class Writes {
  readonly #waiting = new Set<{ readonly id: number; readonly done: (ok: boolean) => void }>();

  wait(id: number): Promise<boolean> {
    return new Promise((resolve) => {
      const wait = {
        id,
        done: (ok: boolean): void => {
          clearTimeout(timer);
          this.#waiting.delete(wait);
          resolve(ok);
        },
      };
      const timer = setTimeout(() => wait.done(false), writeTimeoutMs);
      this.#waiting.add(wait);
    });
  }

  reached(id: number): void {
    for (const wait of this.#waiting) if (wait.id <= id) wait.done(true);
  }

  failAll(): void {
    for (const wait of this.#waiting) wait.done(false);
  }
}
