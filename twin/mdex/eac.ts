/**
 * A simulated Endeca Application Controller: `node twin/mdex/eac.ts PROVISION.json` owns the Dgraphs that the file
 * names. The real one is asked by SOAP; this one by HTTP, and `eaccmd.ts` stands before it as `eaccmd` before the real one.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Component, type Provisioned } from "./component.ts";

export type Provision = {
  readonly app: string;
  readonly host: string;
  readonly port: number;
  readonly components: readonly Provisioned[];
  /** `com.endeca.eac.process.shutdownTimeOutSecs` and `startup-timeout`. */
  readonly shutdownTimeOutSecs: number;
  readonly startupTimeoutSecs: number;
  readonly secondMs: number;
};

const provision = provisionIn(process.argv[2] ?? "");
const { secondMs } = provision;
const limits = {
  shutdownMs: provision.shutdownTimeOutSecs * secondMs,
  startMs: provision.startupTimeoutSecs * secondMs,
};
const components = new Map(provision.components.map((one) => [one.id, new Component(one, limits)]));

const server = createServer((request, response) => {
  void act(new URL(request.url ?? "/", "http://eac")).then(({ code, text }) => {
    response.writeHead(code, { connection: "close" });
    response.end(`${text}\n`);
  });
});
server.listen(provision.port, provision.host, () => {
  process.stdout.write("This is a simulation of an Endeca Application Controller, made from its documents.\n");
});

async function act(url: URL): Promise<{ readonly code: number; readonly text: string }> {
  const [app, id] = [url.searchParams.get("app"), url.searchParams.get("comp") ?? ""];
  const component = app === provision.app ? components.get(id) : undefined;
  if (component === undefined) return { code: 404, text: `No component ${id} in application ${app ?? ""}.` };
  // A caller that does not wait asks for the status later.
  const isAsync = url.searchParams.has("async");
  switch (url.pathname) {
    case "/start":
      await (isAsync ? void component.start() : component.start());
      break;
    case "/stop":
      await (isAsync ? void component.stop() : component.stop());
      break;
    case "/status":
      break;
    default:
      return { code: 404, text: `${url.pathname} is nothing that a controller does.` };
  }
  return { code: 200, text: component.describe() };
}

/** The file is written by whoever starts the controller, by the type above. */
function provisionIn(file: string): Provision {
  return JSON.parse(readFileSync(file, "utf8"));
}
