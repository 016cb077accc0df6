/** The console's services inside a test, over drivers of its own: everything but the pages. */
import { NOBODY } from "#lib/people/rights.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { PlanOverride } from "#lib/run/plan.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { systemClock } from "#server/clock.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createNoHistory } from "#server/observer/history.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { Driver, Log } from "#server/orchestrator/ports.ts";
import { createServices } from "#server/services/create-services.ts";
import type { Caller } from "#server/services/may.ts";
import type { Services } from "#server/services/services.ts";

export const dana: Caller = { kind: "person", id: "dana.kim", via: "api", role: "approver" };
export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type Watched = { readonly id: string; readonly name?: string; readonly driver: Driver };

/** They stand when it resolves; who began them stops them, and closes the drivers after. */
export async function startServices(clusters: readonly Watched[]): Promise<Services> {
  const watching = { clock: systemClock, log: silent, history: createNoHistory() };
  const services = createServices({
    clusters: clusters.map(({ id, name = id, driver }) => {
      const observer = createObserver({ clusterId: id, driver, ...watching, random: Math.random });
      return { id, name, driver, observer, transcript: createTranscript(50) };
    }),
    people: { holders: () => NOBODY },
    journal: createMemoryJournal(),
    ...watching,
    owner: "the test",
  });
  await services.start();
  return services;
}

export type Told = readonly Recorded<RunEvent>[];

/** Asked again until it is taken: what was started just now is believed after the next polls. */
export async function startRun(
  services: Services,
  clusterId: string,
  request: PlanRequestBody,
  overrides: PlanOverride[] = [],
): Promise<string> {
  let why = "";
  return await soon(
    () => `a start: ${why}`,
    async () => {
      const answer = await services.startRun(dana, clusterId, { request, confirm: clusterId, overrides });
      if (answer.ok) return answer.value.runId;
      why = answer.refusal.reason;
      return null;
    },
    30_000,
  );
}

export async function journalOf(services: Services, runId: string): Promise<Told> {
  const view = await services.viewRun(dana, runId);
  if (!view.ok) throw new Error(view.refusal.reason);
  return view.value.events;
}

/** Its journal, whole; `meanwhile` sees it as it grows. */
export async function untilRunEnds(
  services: Services,
  runId: string,
  meanwhile: (events: Told) => Promise<void> | void = () => undefined,
): Promise<Told> {
  return await soon(
    () => `the end of ${runId}`,
    async () => {
      const events = await journalOf(services, runId);
      await meanwhile(events);
      return events.some(({ event }) => event.type === "RunEnded") ? events : null;
    },
  );
}

/** Asks until there is an answer that is not null; whoever waits in vain is told for what. */
export async function soon<T>(what: () => string, ask: () => Promise<T | null>, limitMs = 120_000): Promise<T> {
  const endMs = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > endMs) throw new Error(`waited ${limitMs / 1000} s for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the end of this phase says of the node, or undefined while it has not ended. */
export function endOf(events: Told, nodeId: string, phase: string): string | undefined {
  return events.flatMap(({ event }) =>
    event.type === "PhaseEnded" && event.nodeId === nodeId && event.phase === phase ? [event.evidence] : [],
  )[0];
}
