import type { ChildProcess } from "node:child_process";

type Unborn = { readonly exitCode: number | null; readonly stderr: string; readonly cut: "missing" | null };

/** As ssh itself ends where the way to the host is broken: that is asked again. */
const NO_WAY = 255;

/**
 * A process that could not be made: its program is missing, or this machine has no room for it now (EMFILE, EAGAIN). It may
 * have no streams, and tells why a moment later, which ends the console where nobody listens.
 */
export function unborn(child: ChildProcess, tell: (ended: Unborn) => void): void {
  child.on("error", (error: NodeJS.ErrnoException) =>
    tell(
      error.code === "ENOENT"
        ? { exitCode: null, stderr: "", cut: "missing" }
        : { exitCode: NO_WAY, stderr: error.message, cut: null },
    ),
  );
}
