/**
 * The engine `tengo`: our own compiler and virtual machine for Tengo (d5/tengo), as no package has one. Here live the
 * language (syntax, compile, run), its standard modules (modules, forms) and the reactor that runs one spell. The
 * language's parts know nothing of messages: only this file, the reactor, run-script and what they convert with do.
 */
import type { Engine } from "../../contract/engine.ts";
import { TENGO_LEXIS, TENGO_TEMPLATE } from "./language.ts";

/** Tengo v3: Go-like, dynamically typed, errors as values. */
export const tengo = {
  id: "tengo",
  title: "Tengo 3 (our own compiler and virtual machine)",
  language: "tengo",
  extensions: [{ ending: ".tengo" }],
  naming: "snake",
  lexis: TENGO_LEXIS,
  template: TENGO_TEMPLATE,
  lacks: {},
  async load() {
    const { TengoReactor } = await import("./reactor.ts");
    return { create: (send) => new TengoReactor(send) };
  },
} satisfies Engine;
