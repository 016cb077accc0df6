/**
 * The journal of a console that has to start whatever became of its file.
 *
 *   writable  --an append fails--> as it is: the next one may succeed, when there is space again
 *   shut      (it cannot be opened to write now) --the next claim opens it--> writable
 *   damaged   (nothing is written to it any more; a person puts it right and starts the console anew)
 *
 * In all three it reads what can be read.
 */
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { JournalDamaged } from "#server/orchestrator/journal-damaged.ts";
import type { Journal, Log } from "#server/orchestrator/ports.ts";
import { isCorrupt, openReading, openRescue, unwritable, type Rescue } from "./files.ts";
import { inspect } from "./inspect.ts";
import { createReader, guarded } from "./read.ts";
import { createSqliteJournal, type SqliteOptions } from "./sqlite.ts";
import { SCHEMA, UPCASTERS } from "./upcast.ts";

export type OpenOptions = SqliteOptions & {
  /** Why a missing file cannot be a first start; null when it may be one. */
  readonly wasHere?: string | null;
  /** How long the start waits for the whole chain to be read; what is found later counts then. */
  readonly waitMs?: number;
};

export type OpenedJournal = {
  readonly journal: Journal;
  /** Why nothing may be written, with the remedy; null when all is well. */
  readonly trouble: () => Error | null;
};

type State =
  | { readonly at: "writable"; readonly journal: Journal }
  | { readonly at: "shut"; readonly why: Error }
  /** A writer that was open is held: closing it would copy its -wal into the damaged file. */
  | { readonly at: "damaged"; readonly why: JournalDamaged; readonly held: Journal | null };

const READ_ALL_WAIT_MS = 3000;

export async function openJournal(path: string, log: Log, options: OpenOptions = {}): Promise<OpenedJournal> {
  const { wasHere = null, waitMs = READ_ALL_WAIT_MS } = options;
  let reading: Rescue | null = null;
  let closed = false;
  let state: State = { at: "shut", why: new Error("it is being opened") };

  /** From here on nothing is written to the file. */
  function damage(why: JournalDamaged): void {
    state = { at: "damaged", why, held: state.at === "writable" ? state.journal : null };
    log.error("The journal cannot be relied on: the console is read-only", { why: why.message });
  }

  function tryToOpen(): void {
    // What was opened only to look keeps SQLite's index of the -wal read-only for the whole process.
    closeReading();
    try {
      state = { at: "writable", journal: createSqliteJournal(path, options) };
    } catch (error) {
      if (error instanceof JournalDamaged) return damage(error);
      state = { at: "shut", why: unwritable(error, path) };
      log.error("The journal cannot be opened to write: the console is read-only", { why: state.why.message });
    }
  }

  function closeReading(): void {
    reading?.close();
    reading = null;
  }

  /** Where it is or, where SQLite refuses the file, what is left of it in a copy of our own. */
  function openToRead(): Rescue {
    try {
      const db = openReading(path);
      const close = (): void => db.close();
      try {
        db.prepare("SELECT name FROM stream").all();
        return { db, close };
      } catch (error) {
        close();
        throw error;
      }
    } catch (error) {
      // On a full or write-protected disk not even SQLite's index of the -wal can be made; a copy lies elsewhere.
      return copyToRead(error);
    }
  }

  function copyToRead(because: unknown): Rescue {
    try {
      return guarded("*", 0, () => openRescue(path));
    } catch (error) {
      if (error instanceof JournalDamaged || isCorrupt(because)) throw error;
      throw unwritable(because, path);
    }
  }

  function reader(): ReturnType<typeof createReader> {
    reading ??= openToRead();
    return createReader(reading.db, options.upcasters ?? UPCASTERS, options.schema ?? SCHEMA);
  }

  /** The file as it can be written now; throws why not. */
  function writable(): Journal {
    if (state.at !== "writable") throw state.why;
    return state.journal;
  }

  /** What damages the file while the console runs ends the writing for good. */
  async function watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof JournalDamaged && state.at === "writable") damage(error);
      throw error;
    }
  }

  const found = firstLook(path, wasHere);
  if (found instanceof JournalDamaged) damage(found);
  else if (found !== null) state = { at: "shut", why: found };
  else {
    const all = readAll(path, log).then((why) => {
      if (why !== null && !closed && state.at !== "damaged") damage(why);
    });
    await Promise.race([all, pause(waitMs)]);
    if (!isDamaged()) tryToOpen();
  }

  function isDamaged(): boolean {
    return state.at === "damaged";
  }

  function trouble(): Error | null {
    return state.at === "writable" ? null : state.why;
  }

  const journal: Journal = {
    append: (...given) => watched(async () => writable().append(...given)),
    renew: (...given) => watched(async () => writable().renew(...given)),
    release: async (fence) => (state.at === "writable" ? state.journal.release(fence) : undefined),
    derive: async (...given) => (state.at === "writable" ? state.journal.derive(...given) : undefined),
    derived: async (prefix) => (state.at === "writable" ? state.journal.derived(prefix) : new Map()),
    claim: (...given) =>
      watched(async () => {
        if (state.at === "shut") tryToOpen();
        return writable().claim(...given);
      }),
    // What a reader finds wrong is the whole journal's trouble: nobody decides on half of it.
    read: (...given) =>
      watched(async () => (state.at === "writable" ? state.journal.read(...given) : reader().read(...given))),
    streams: (prefix) =>
      watched(async () => (state.at === "writable" ? state.journal.streams(prefix) : reader().streams(prefix))),
    async close() {
      if (closed) return;
      closed = true;
      if (state.at === "writable") await state.journal.close();
      closeReading();
    },
  };
  return { journal, trouble };
}

/** Null: nothing stands against opening it. */
function firstLook(path: string, wasHere: string | null): Error | null {
  try {
    return inspect(path, { wasHere, marked: true });
  } catch (error) {
    return unwritable(error, path);
  }
}

const problems = z.array(z.object({ stream: z.string(), seq: z.number(), what: z.string(), remedy: z.string() }));

/** The first thing that is wrong with any entry; null when every one is as it was written. */
function readAll(path: string, log: Log): Promise<JournalDamaged | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./verify-worker.ts", import.meta.url), { workerData: path });
    worker.unref();
    worker.on("message", (message: unknown) => {
      const [first] = problems.parse(message);
      resolve(first === undefined ? null : new JournalDamaged(first.stream, first.seq, first.what, first.remedy));
    });
    worker.on("error", (error) => {
      log.error("The journal could not be read whole; each run is checked when it is read", { error });
      resolve(null);
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
