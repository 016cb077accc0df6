/**
 * The HTTP API as the console reads it. What goes wrong is a value: a `Refusal` says why not now, a `Problem` what was
 * wrong with the question. Only a lost connection has neither, and is told as a problem with its remedy.
 */
import { nameOf } from "#lib/run/actor.ts";
import type { Problem } from "#lib/wire/api.ts";
import type { Refusal } from "#lib/run/request.ts";
import { timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { sessionEnded } from "#components/stores/session.ts";
import type { Lazy } from "./lazy-shapes.ts";
import type { Shape } from "./shapes.ts";

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly because: "refused"; readonly refusal: Refusal }
  | { readonly ok: false; readonly because: "problem"; readonly status: number; readonly problem: Problem };

/** Where requests go: the browser asks its own origin, a page that is rendered asks with the visitor's cookie. */
export interface Api {
  get<T>(path: string, shape: Lazy<T>): Promise<Answer<T>>;
  post<T>(path: string, body: unknown, shape: Lazy<T>, signal?: AbortSignal): Promise<Answer<T>>;
}

export function createApi(origin: string, headers: Readonly<Record<string, string>>): Api {
  return {
    get: (path, shape) => ask(`${origin}${path}`, { headers, cache: "no-store" }, shape),
    post: (path, body, shape, signal) =>
      ask(
        `${origin}${path}`,
        {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: JSON.stringify(body),
          ...(signal === undefined ? {} : { signal }),
        },
        shape,
      ),
  };
}

const ownApi = createApi("", {});

/** In the browser an answer that knows no session is news for the whole page. */
export const browserApi: Api = {
  get: async (path, shape) => noted(await ownApi.get(path, shape)),
  post: async (path, body, shape, signal) => noted(await ownApi.post(path, body, shape, signal)),
};

function noted<T>(answer: Answer<T>): Answer<T> {
  if (!answer.ok && answer.because === "problem" && answer.status === 401) sessionEnded();
  return answer;
}

/** What a query throws, since TanStack Query takes failures that way; it never crosses into a mutation. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly remedy: string;
  constructor(status: number, found: Problem) {
    super(said(found.error));
    this.status = status;
    this.remedy = said(found.remedy);
  }
}

export async function valueOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  const found = await answer;
  if (found.ok) return found.value;
  if (found.because === "refused") {
    throw new ApiFailure(409, { error: found.refusal.reason, field: null, remedy: "" });
  }
  throw new ApiFailure(found.status, found.problem);
}

/** The sentence for a person, whatever went wrong. */
export function whyNot(answer: Exclude<Answer<unknown>, { readonly ok: true }>): string {
  if (answer.because === "refused") return refusalWords(answer.refusal);
  const { error, remedy } = answer.problem;
  return sentences([said(error), said(remedy)]);
}

/** Whoever was second is told who was first, and when. */
function refusalWords({ reason, already }: Refusal): string {
  const first =
    already === null ? "" : t("{who} asked at {time}.", { who: nameOf(already.by), time: timeOfDay(already.atMs) });
  return sentences([said(reason), first]);
}

async function ask<T>(url: string, init: RequestInit, lazy: Lazy<T>): Promise<Answer<T>> {
  let shape: Shape<T>;
  let response: Response;
  let body: unknown;
  try {
    // Before anything is sent: an answer that cannot be read must not be waited for.
    shape = await lazy();
    response = await fetch(url, init);
    body = await response.json();
  } catch {
    return failed(0, t("The console did not answer."), t("Nothing was sent twice. Ask again when it is back."));
  }
  if (response.ok) {
    const parsed = shape.safeParse(body);
    if (parsed.success) return { ok: true, value: parsed.data };
    return failed(
      response.status,
      t("The console answered in a shape that this page does not know."),
      t("Reload the page."),
    );
  }
  const { refusal, problem } = await import("./shapes.ts");
  const refused = response.status === 409 ? refusal.safeParse(body) : null;
  if (refused?.success === true) return { ok: false, because: "refused", refusal: refused.data };
  const found = problem.safeParse(body);
  if (found.success) return { ok: false, because: "problem", status: response.status, problem: found.data };
  return failed(
    response.status,
    t("The console answered {status}.", { status: response.status }),
    t("Its log says more."),
  );
}

function failed(status: number, error: string, remedy: string): Answer<never> {
  return { ok: false, because: "problem", status, problem: { error, field: null, remedy } };
}
