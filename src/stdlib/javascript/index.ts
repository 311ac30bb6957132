/**
 * The guest prelude of the engine `javascript`: what runs inside of QuickJS before the spell, as source text.
 * Nothing here runs in the host, and nothing here may use more than the ECMAScript that QuickJS has.
 */
import base64 from "./base64.js" with { type: "text" };
import boot from "./boot.js" with { type: "text" };
import calls from "./calls.js" with { type: "text" };
import clone from "./clone.js" with { type: "text" };
import globals from "./globals.js" with { type: "text" };
import host from "./host.js" with { type: "text" };
import inspect from "./inspect.js" with { type: "text" };
import primordials from "./primordials.js" with { type: "text" };
import registry from "./registry.js" with { type: "text" };
import report from "./report.js" with { type: "text" };
import text from "./text.js" with { type: "text" };
import timers from "./timers.js" with { type: "text" };
import wire from "./wire.js" with { type: "text" };

/** The prelude's modules by the names under which they import each other. */
export const PRELUDE: Readonly<Record<string, string>> = {
  "base64.js": base64,
  "boot.js": boot,
  "calls.js": calls,
  "clone.js": clone,
  "globals.js": globals,
  "host.js": host,
  "inspect.js": inspect,
  "primordials.js": primordials,
  "registry.js": registry,
  "report.js": report,
  "text.js": text,
  "timers.js": timers,
  "wire.js": wire,
};

/** The module that the host evaluates first. */
export const PRELUDE_ENTRY = "boot.js";
