/** What a person does with the journal's file from a terminal, in words for that person. */
import { connect } from "node:net";
import { join } from "node:path";
import { userInfo } from "node:os";
import type { Actor } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { JournalAct } from "./arguments.ts";
import { journalFile } from "./compose.ts";
import { backUp, salvage, type StreamLeft } from "./journal/copies.ts";
import { restore } from "./journal/restore.ts";
import { verifyJournal } from "./journal/verify.ts";

type Told = { readonly ok: boolean; readonly text: string };

export async function actOnJournal(
  dataDir: string,
  act: JournalAct,
  operator: string | null,
  nowMs: number,
): Promise<Told> {
  const path = journalFile(dataDir);
  switch (act.do) {
    case "verify":
      return verify(path);
    case "backup":
      return told(backUp(path, act.file), ({ streams, entries }) => [
        `${act.file}: ${entries} entries in ${streams} streams, every one as it was written.`,
      ]);
    case "salvage":
      return told(salvage(path, act.file), ({ streams, entries, left }) => [
        `${act.file}: ${entries} entries in ${streams} streams.`,
        ...left.filter(({ problem }) => problem !== null).map(lossInWords),
        ...(left.some(({ problem }) => problem !== null) ? [] : ["Nothing was lost that the file still tells of."]),
        "To go on with it: stop the console, then `sluice journal restore` with this file.",
      ]);
    case "restore": {
      if (await runs(dataDir)) return { ok: false, text: `A console runs on ${dataDir}. Stop it first.` };
      const actor: Actor = { kind: "person", id: operator ?? userInfo().username, via: "cli" };
      return told(await restore(path, act.file, actor, nowMs), ({ streams, entries, movedTo, paused }) => [
        `The journal is ${act.file} now: ${entries} entries in ${streams} streams.`,
        ...(movedTo === null ? [] : [`What was there lies in ${movedTo}.`]),
        ...paused.map(
          (runId) =>
            `Run ${runName(runId)} has not ended as this journal tells: it finishes the node that it has touched, and then waits.`,
        ),
        "What happened after this copy was made is not in it. Look at the nodes, the blacklists and the settings by hand.",
      ]);
    }
    default:
      return act satisfies never;
  }
}

function verify(path: string): Told {
  const { streams, entries, problems } = verifyJournal(path);
  const head = `${entries} entries in ${streams} streams`;
  if (problems.length === 0) return { ok: true, text: `${head}: every one is as it was written.` };
  const [first] = problems;
  const words = problems.map(({ stream, seq, what }) => (stream === "*" ? what : `${stream} #${seq}: ${what}`));
  return {
    ok: false,
    text: [`${head} can be read; the journal is damaged:`, ...words, first?.remedy ?? ""].join("\n"),
  };
}

function lossInWords({ stream, kept, had, problem }: StreamLeft): string {
  const lost = had === null ? "nobody can tell how many are lost" : `${Math.max(0, had - kept)} are lost`;
  return `${stream}: ${kept} entries kept, ${lost}. ${problem ?? ""}`;
}

function told<T>(
  answer: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string },
  lines: (value: T) => readonly string[],
): Told {
  return answer.ok ? { ok: true, text: lines(answer.value).join("\n") } : { ok: false, text: answer.why };
}

/** Whether somebody answers on the socket that a running console keeps in its folder. */
function runs(dataDir: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(dataDir, "console.sock"));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
