/** How a pod's containers ended, by what its kubelet said last. It goes with the object: whoever did not see it cannot tell. */
import type { Ended, Pod } from "./resources.ts";

export type Ending = { readonly forced: boolean; readonly said: string };

const KILLED = 137;
const TERMINATED = 143;

export function endOf({ status }: Pod): Ending {
  const ended = status.containerStatuses.flatMap(({ name, state }) =>
    state.terminated === undefined ? [] : [{ name, end: state.terminated }],
  );
  if (ended.length === 0) return { forced: false, said: "its kubelet told no exit code" };
  return {
    forced: ended.some(({ end }) => isForced(end)),
    said: ended.map(({ name, end }) => `${name} ${inWords(end)}`).join(", "),
  };
}

function isForced({ exitCode, signal }: Ended): boolean {
  return exitCode === KILLED || signal === 9;
}

function inWords({ exitCode, signal, reason }: Ended): string {
  const why = reason === "" || reason === "Completed" || reason === "Error" ? "" : `, ${reason}`;
  if (exitCode === 0) return `ended by itself (exit code 0${why})`;
  if (exitCode === KILLED || signal === 9) return `was killed (exit code ${exitCode}, SIGKILL${why})`;
  if (exitCode === TERMINATED) return `ended at SIGTERM (exit code ${exitCode}${why})`;
  return `ended with an error (exit code ${exitCode}${why})`;
}
