/** A command for a host that may be repeated: where only the way to it broke, it is asked again before anybody is told. */
import type { Host, HostAnswer } from "./host.ts";
import type { Clock } from "./ports.ts";

/** A host that cannot be reached is given so many tries, a connection that broke off a few more: the next one may hold. */
const TRIES = { unreached: 3, brokeOff: 6 };
const AGAIN_MS = { unreached: 500, brokeOff: 250 };

type Options = Parameters<Host["run"]>[1];

export async function runAgain(
  host: Pick<Host, "run">,
  clock: Clock,
  argv: readonly string[],
  options: Options,
): Promise<HostAnswer> {
  return await again(host, clock, argv, options, (answer) => (answer.brokeOff === true ? "brokeOff" : "unreached"));
}

/** The same, for whoever would rather hear at once that a host cannot be reached. */
export async function runOverBreaks(
  host: Pick<Host, "run">,
  clock: Clock,
  argv: readonly string[],
  options: Options,
): Promise<HostAnswer> {
  return await again(host, clock, argv, options, (answer) => (answer.brokeOff === true ? "brokeOff" : null));
}

type Lost = Extract<HostAnswer, { readonly ok: false }>;

async function again(
  host: Pick<Host, "run">,
  clock: Clock,
  argv: readonly string[],
  options: Options,
  kindOf: (answer: Lost) => keyof typeof TRIES | null,
): Promise<HostAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await host.run(argv, options);
    if (answer.ok || answer.lost !== true || options.signal?.aborted === true) return answer;
    const kind = kindOf(answer);
    if (kind === null || attempt >= TRIES[kind]) return answer;
    await clock.wait(attempt * AGAIN_MS[kind], options.signal);
  }
}
