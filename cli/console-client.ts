/** Finds the running console by its data folder, gets a session over its Unix socket, and speaks the HTTP API. */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export type ConsoleStatus = z.infer<typeof consoleStatus>;
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export type ApiClient = {
  readonly baseUrl: string;
  readonly cookie: string;
  readonly get: <T>(path: string, schema: z.ZodType<T>) => Promise<Answer<T>>;
  readonly post: <T>(path: string, body: unknown, schema: z.ZodType<T>) => Promise<Answer<T>>;
};

const consoleStatus = z.object({
  health: z.enum(["starting", "ready", "stopping"]),
  baseUrl: z.string(),
  consoleVersion: z.string(),
  pid: z.number(),
});
const accountsAnswer = z.object({
  said: z.string(),
  accounts: z
    .array(z.object({ name: z.string(), role: z.string(), changedAtMs: z.number(), locked: z.boolean() }))
    .optional(),
});
const linkAnswer = z.object({ url: z.string() });
const sessionAnswer = z.object({ baseUrl: z.string(), cookie: z.string() });
const problem = z.object({
  error: z.string(),
  remedy: z.string(),
  field: z.string().nullish(),
  all: z.array(z.object({ field: z.string(), wrong: z.string(), remedy: z.string() })).optional(),
});
const refusal = z.object({ reason: z.string() });
const fileOutline = z.object({ console: z.object({ data: z.string().optional() }).nullish() });

const DEFAULT_DATA = "./data";

/** The data folder that this configuration names; the console itself says what else is wrong with it. */
export function dataFolderOf(configFile: string): string {
  const parsed = fileOutline.safeParse(parse(readFileSync(configFile, "utf8")));
  const data = parsed.success ? parsed.data.console?.data : undefined;
  return resolve(dirname(configFile), data ?? DEFAULT_DATA);
}

export function askStatus(dataFolder: string): Promise<Answer<ConsoleStatus>> {
  return askControl(dataFolder, "GET", "/status", null, consoleStatus);
}

export async function makeLoginLink(dataFolder: string, name: string): Promise<Answer<string>> {
  const answer = await askControl(dataFolder, "POST", "/login-link", { name }, linkAnswer);
  return answer.ok ? { ok: true, value: answer.value.url } : answer;
}

export function askAccounts(dataFolder: string, act: object): Promise<Answer<z.infer<typeof accountsAnswer>>> {
  return askControl(dataFolder, "POST", "/account", act, accountsAnswer);
}

/** A session of this operator for as long as `use` takes. */
export async function withSession<T>(
  dataFolder: string,
  name: string,
  use: (client: ApiClient) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const session = await askControl(dataFolder, "POST", "/session", { name }, sessionAnswer);
  if (!session.ok) return session;
  const { baseUrl, cookie } = session.value;
  const headers = { cookie, origin: baseUrl };
  const client: ApiClient = {
    baseUrl,
    cookie,
    get: (path, schema) => askApi(new Request(`${baseUrl}${path}`, { headers }), schema),
    post: (path, body, schema) => {
      const sent = {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      };
      return askApi(new Request(`${baseUrl}${path}`, sent), schema);
    },
  };
  try {
    return await use(client);
  } finally {
    await client.post("/api/session/logout", {}, z.unknown());
  }
}

async function askApi<T>(request: Request, schema: z.ZodType<T>): Promise<Answer<T>> {
  try {
    const response = await fetch(request);
    const body: unknown = await response.json();
    return response.ok ? { ok: true, value: schema.parse(body) } : { ok: false, why: reasonOf(body) };
  } catch (error) {
    return { ok: false, why: `The console at ${new URL(request.url).origin} did not answer: ${messageOf(error)}` };
  }
}

function askControl<T>(
  dataFolder: string,
  method: string,
  path: string,
  body: unknown,
  schema: z.ZodType<T>,
): Promise<Answer<T>> {
  const socketPath = join(dataFolder, "console.sock");
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json" };
    const request = httpRequest({ socketPath, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        const value: unknown = JSON.parse(text);
        resolve(
          response.statusCode === 200 ? { ok: true, value: schema.parse(value) } : { ok: false, why: reasonOf(value) },
        );
      });
    });
    request.on("error", (error) => resolve({ ok: false, why: unreachable(socketPath, error) }));
    request.end(body === null ? undefined : JSON.stringify(body));
  });
}

function unreachable(socketPath: string, error: Error): string {
  const code = "code" in error ? error.code : null;
  if (code === "EACCES") return `Only the console's own user may open ${socketPath}. Run this as that user.`;
  return `No console runs on ${dirname(socketPath)}. Start it, or name its configuration with --config.`;
}

function reasonOf(body: unknown): string {
  const refused = refusal.safeParse(body);
  if (refused.success) return refused.data.reason;
  const wrong = problem.safeParse(body);
  if (!wrong.success) return "The console answered with something unknown.";
  const { error, remedy, all = [] } = wrong.data;
  if (all.length === 0) return `${error} ${remedy}`;
  return all
    .map((each) => `${each.field === "" ? "" : `${each.field}: `}${each.wrong} ${each.remedy}`.trim())
    .join("\n");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
