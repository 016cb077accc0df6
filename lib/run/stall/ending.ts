/** Every step has ended, and the run has not: what is still owed, or not answered. */
import { owed } from "../loan.ts";
import type { Scene } from "../move.ts";
import { outstanding } from "../outstanding.ts";
import { askedAgain, unanswered } from "./commands.ts";
import type { Said } from "./parts.ts";
import { loanOwed } from "./phases.ts";

/** Giving back takes a moment. */
const WONDER_MS = 5000;

export function ending(scene: Scene): Said | null {
  const { run, loans, nowMs } = scene;
  const endedAtMs = Math.max(...run.steps.map(({ progress }) => (progress.at === "ended" ? progress.atMs : 0)));
  if (nowMs - endedAtMs < WONDER_MS) return null;
  // Nothing is given back before: what is still under way may borrow again.
  const open = outstanding(run).findLast(({ command }) => command.verb !== "giveBack");
  if (open !== undefined) return unanswered(open, nowMs);
  const last = [...run.commands.values()].findLast(({ setAside }) => !setAside);
  const said = last === undefined ? null : (unanswered(last, nowMs) ?? askedAgain(last, nowMs));
  if (said !== null) return said;
  return loanOwed(
    scene,
    owed(loans, (loan) => loan.runId === run.id),
    endedAtMs,
  );
}
