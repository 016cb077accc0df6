import { upstreamServers } from "./nginx-file.ts";
import type { RoutedServer, RouterReading } from "./router.ts";

export type NginxLook = {
  readonly text: string;
  readonly servers: RouterReading;
};

/** In the word of a server whose line nginx has not read yet. */
export const NOT_LOADED = "not loaded";

/** What the script found: when each worker began, when the file was written, and what it says. */
export function parseNginxLook(stdout: string, nowMs: number): NginxLook | null {
  const at = stdout.indexOf("\ntext\n");
  if (at < 0) return null;
  const [head, text] = [stdout.slice(0, at).split("\n"), stdout.slice(at + "\ntext\n".length)];
  const numberAfter = (word: string): number =>
    Number(head.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1));
  const [ticks, uptimeS] = [numberAfter("ticks"), numberAfter("uptime")];
  const fileAgeS = numberAfter("now") - numberAfter("written");
  if (![ticks, uptimeS, fileAgeS].every((value) => Number.isFinite(value))) return null;
  const workers = head.flatMap((line) => {
    const match = /^worker \d+ (\d+) (.*)$/.exec(line);
    if (match === null) return [];
    const [, beganAt, title = ""] = match;
    // One that is just ending has no title any more, and is not gone yet.
    const isLeaving = title.trim() === "" || title.includes("shutting down");
    return [{ ageS: uptimeS - Number(beganAt) / ticks, isLeaving }];
  });
  const serving = workers.filter(({ isLeaving }) => !isLeaving);
  const isLoaded = serving.length > 0 && serving.every(({ ageS }) => ageS <= fileAgeS);
  const leaving = workers.length - serving.length;
  const rows = upstreamServers(text).map(
    ({ name, isDown }) => [name, rowOf(isDown, isLoaded, leaving, nowMs)] as const,
  );
  return { text, servers: new Map(rows) };
}

function rowOf(isDown: boolean, isLoaded: boolean, leaving: number, asOfMs: number): RoutedServer {
  const word = isDown ? "down" : "up";
  const isOut = isDown && isLoaded;
  return {
    // What it does while its file was changed and not read is not known: that it keeps anyone out is not claimed.
    route: isOut ? "out" : "in",
    setOut: isDown,
    word: isLoaded ? word : `${word}, ${NOT_LOADED}`,
    healthy: null,
    // A worker that is leaving may still carry something for it; one that is gone does not.
    sessions: isOut && leaving === 0 ? 0 : null,
    queued: null,
    totals: null,
    remark:
      leaving === 0
        ? ""
        : leaving === 1
          ? `${leaving} old worker finishes what it has`
          : `${leaving} old workers finish what they have`,
    asOfMs,
  };
}
