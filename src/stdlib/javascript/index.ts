/**
 * The guest prelude of the engine `javascript`: what runs inside of QuickJS before the spell, as source text.
 * Nothing here runs in the host, and nothing here may use more than the ECMAScript that QuickJS has.
 */
// oxlint-disable import/default -- imported as text
import base64Source from "./base64.js" with { type: "text" };
import bootSource from "./boot.js" with { type: "text" };
import callsSource from "./calls.js" with { type: "text" };
import cloneSource from "./clone.js" with { type: "text" };
import globalsSource from "./globals.js" with { type: "text" };
import hostSource from "./host.js" with { type: "text" };
import inspectSource from "./inspect.js" with { type: "text" };
import primordialsSource from "./primordials.js" with { type: "text" };
import randomSource from "./random.js" with { type: "text" };
import registrySource from "./registry.js" with { type: "text" };
import reportSource from "./report.js" with { type: "text" };
import textSource from "./text.js" with { type: "text" };
import timersSource from "./timers.js" with { type: "text" };
import wireSource from "./wire.js" with { type: "text" };

/** The prelude's modules by the names under which they import each other. */
export const PRELUDE: Readonly<Record<string, string>> = {
  "base64.js": base64Source,
  "boot.js": bootSource,
  "calls.js": callsSource,
  "clone.js": cloneSource,
  "globals.js": globalsSource,
  "host.js": hostSource,
  "inspect.js": inspectSource,
  "primordials.js": primordialsSource,
  "random.js": randomSource,
  "registry.js": registrySource,
  "report.js": reportSource,
  "text.js": textSource,
  "timers.js": timersSource,
  "wire.js": wireSource,
};

/** The module that the host evaluates first. */
export const PRELUDE_ENTRY = "boot.js";
