/** `eaccmd HOST:PORT start|stop|status --app APP --comp COMPONENT [--async]`, to a simulated controller. */
import { get } from "node:http";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { app: { type: "string" }, comp: { type: "string" }, async: { type: "boolean", default: false } },
});
const [where = "", verb = ""] = positionals;
const { app = "", comp = "" } = values;
if (!["start", "stop", "status"].includes(verb))
  end(2, "eaccmd HOST:PORT start|stop|status --app APP --comp COMPONENT");
else {
  const asked = `app=${encodeURIComponent(app)}&comp=${encodeURIComponent(comp)}${values.async ? "&async=1" : ""}`;
  get(`http://${where}/${verb}?${asked}`, { agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => (text += part));
    response.on("end", () => end(response.statusCode === 200 ? 0 : 1, text.trim()));
  }).once("error", (error) => end(1, `The controller at ${where} does not answer: ${error.message}`));
}

function end(code: number, text: string): void {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exitCode = code;
}
