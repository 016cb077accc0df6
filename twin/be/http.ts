import type { IncomingMessage, ServerResponse } from "node:http";
import { coreText, jsonText, metrics, prometheusText } from "./metrics.ts";
import type { Backend } from "./node.ts";
import { streamLoad, streamLoadTarget } from "./stream-load.ts";
import { answer, listen, type Web } from "./web.ts";

/** `be_http_port`: no authentication anywhere, as in a real backend. */
export function serveHttp(node: Backend): Promise<Web> {
  return listen(node.host, node.ports.http, async (request, response) => {
    const url = new URL(request.url ?? "/", "http://node");
    const target = request.method === "PUT" ? streamLoadTarget(url.pathname) : null;
    if (target !== null) await streamLoad(node, target, request, response);
    else if (request.method === "POST" && url.pathname === "/api/update_config") updateConfig(node, url, response);
    else if (request.method === "GET") get(node, url, request, response);
    else answer(response, 404, "text/plain", "");
  });
}

function get(node: Backend, url: URL, request: IncomingMessage, response: ServerResponse): void {
  switch (url.pathname) {
    case "/api/health":
      // Always OK while it listens, in a graceful exit as well: it tells liveness alone.
      answer(response, 200, "application/json", '{"status": "OK","msg": "To Be Added"}');
      return;
    case "/metrics":
      metricsPage(node, url.searchParams.get("type"), response);
      return;
    case "/varz":
      answer(response, 200, "text/html", varz(node));
      return;
    case "/api/pipeline_blocking_drivers/stat":
      answer(
        response,
        200,
        "application/json",
        JSON.stringify({ queries_not_in_workgroup: [], queries_in_workgroup: [] }),
      );
      return;
    default:
      answer(response, 404, "text/plain", `Not Found: ${request.url ?? ""}`);
  }
}

function metricsPage(node: Backend, type: string | null, response: ServerResponse): void {
  const all = metrics(node);
  if (type === "json") answer(response, 200, "application/json", jsonText(all));
  else answer(response, 200, "text/plain; version=0.0.4", type === "core" ? coreText(all) : prometheusText(all));
}

/** HTTP 200 whatever comes of it; exactly one parameter. */
function updateConfig(node: Backend, url: URL, response: ServerResponse): void {
  const say = (status: "OK" | "BAD", msg: string): void =>
    answer(response, 200, "application/json", JSON.stringify({ status, msg }, null, 4));
  const parameters = [...url.searchParams];
  const [only] = parameters;
  if (only === undefined || parameters.length !== 1) {
    say("BAD", "Now only support to set a single config once, via 'config_name=new_value'");
    return;
  }
  const [name, value] = only;
  const updated = node.config.update(name, value);
  if (updated.ok) {
    node.log.info("update_config_action.cpp:112", `set config ${name}=${value}`);
    say("OK", "");
  } else say("BAD", `set ${name}=${value} failed, reason: ${updated.reason}`);
}

function varz(node: Backend): string {
  const lines = node.config.entries().map((entry) => `${entry.name}=${escapeHtml(entry.value)}`);
  return `<!DOCTYPE html><html><body><h2>Configs</h2><pre>\n${lines.sort().join("\n")}\n</pre></body></html>\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
