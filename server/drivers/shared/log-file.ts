/** New lines of a file on a host, by inode and byte offset: a log is replaced at a restart and when it grows. */
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer, LogChunk } from "#server/orchestrator/ports.ts";

const FIRST_BYTES = 4096;
const MAX_BYTES = 65_536;

/** $1 file, $2 inode and $3 offset of the last look (empty: none), $4 how much of the end at first, $5 most at once. */
const READ = `
set -- "$1" "$2" "$3" "$4" "$5" $(stat -L -c '%i %s' "$1" 2>/dev/null)
[ $# -eq 7 ] || exit 66
offset=$3
if [ "$2" != "$6" ]; then if [ -n "$2" ]; then offset=0; else offset=$(($7 - $4)); fi; fi
[ "$offset" -gt "$7" ] && offset=0
[ "$offset" -lt 0 ] && offset=0
echo "$6 $offset"
tail -c "+$((offset + 1))" "$1" | head -c "$5"
`;

export async function readLogFile(
  host: Host,
  file: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Answer<LogChunk>> {
  const [inode = "", offset = "0"] = (cursor ?? "").split(":");
  const argv = ["/bin/sh", "-c", READ, "sluice-log", file, inode, offset, String(FIRST_BYTES), String(MAX_BYTES)];
  const answer = await host.run(argv, { timeoutMs: 10_000, signal });
  if (!answer.ok) return { ok: false, why: answer.why };
  if (answer.exitCode !== 0) return { ok: false, why: `${file} cannot be read on ${host.name}` };
  return { ok: true, value: chunkOf(file, answer.stdout, cursor === null) };
}

/** Only whole lines are handed out; the rest comes with the next look. */
export function chunkOf(file: string, stdout: string, first: boolean): LogChunk {
  const head = stdout.indexOf("\n");
  const [inode = "0", offset = "0"] = stdout.slice(0, head).split(" ");
  const body = stdout.slice(head + 1);
  const whole = body.slice(0, body.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  // The first look begins somewhere within a line.
  const shown = first && Number(offset) > 0 ? lines.slice(1) : lines;
  return {
    file,
    cursor: `${inode}:${Number(offset) + Buffer.byteLength(whole)}`,
    lines: shown.map((text) => ({ atMs: timeOfLine(text), text })),
  };
}

/** Only where the line tells its zone, as an FE's does from 4.0 on; a guess would put lines in the wrong place. */
function timeOfLine(line: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})Z /.exec(line);
  return match === null ? null : Date.parse(`${match[1] ?? ""}T${match[2] ?? ""}Z`);
}
