import type { Outcome } from "#lib/run/command.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { runOnceAt } from "../../shared/run-at.ts";
import type { OwnerLook } from "../owner.ts";
import type { Hand } from "../proc.ts";

/** How long from the start command to a process. */
const APPEAR_MS = 30_000;
/** One that shows itself and is gone again did not start. */
const STAY_MS = 300;
const TRIES = 3;

type Start = {
  readonly look: () => Promise<Answer<OwnerLook>>;
  readonly commandId: string;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
};

/** Done means that a process is there. The command may return, or be the program itself: then it runs on. */
export async function startedIn(hand: Hand, { look, commandId, argv, signal }: Start): Promise<Outcome> {
  const { world, place } = hand;
  const shown = shellText(argv);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const before = await look();
    if (!before.ok) return { outcome: "unknown", cause: before.why };
    if (before.value.state !== "gone") return { outcome: "done", evidence: `it runs: ${before.value.said}` };
    // A start whose end nobody knows, and that left no process, may be repeated; the id tells the tries apart.
    const id = attempt === 1 ? commandId : `${commandId}~${attempt}`;
    const beganAtMs = world.clock.now();
    for (let begin = true; ; begin = false) {
      const result = await runOnceAt(world, place, id, argv, { shown, begin, cwd: hand.dir, waitMs: 150, signal });
      if (result.state === "silent") return { outcome: "unknown", cause: result.why };
      if (result.state === "unknown" || result.state === "none") break;
      const now = await look();
      if (now.ok && now.value.state === "up") {
        await world.clock.wait(STAY_MS, signal);
        const still = await look();
        if (still.ok && still.value.identity === now.value.identity) {
          if (result.state === "running") world.tell(place.node.id, `${place.node.id}$`, shown, "it runs");
          return { outcome: "done", evidence: `started: ${now.value.said}` };
        }
      }
      const isOver = world.clock.now() - beganAtMs > APPEAR_MS;
      if (result.state === "ended" && (result.exitCode !== 0 || isOver)) {
        const said = `${result.stdout}${result.stderr}`.trim().slice(-1500) || "it said nothing";
        return { outcome: "refused", reason: `${shown} ended with ${result.exitCode}, and nothing runs: ${said}` };
      }
      if (isOver) return { outcome: "unknown", cause: `${shown} runs, and no process was found that is the node's` };
      if (signal.aborted) return { outcome: "unknown", cause: "the console stopped waiting; the start goes on" };
      await world.clock.wait(150, signal);
    }
  }
  return { outcome: "unknown", cause: `${shown} left no exit status, and there is no process` };
}
