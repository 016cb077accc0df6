/**
 * Zod builds faster parsers by `new Function`, and tries whether it may. The console's pages may not: their policy forbids
 * it, and each try would be reported. To be imported before any schema is made.
 */
import { config } from "zod/v4/core";

if ("document" in globalThis) config({ jitless: true });
