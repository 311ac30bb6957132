import { redactionMarker } from "../contract/redaction.ts";
import { cutMessage, SpellError, type Failure } from "../contract/errors.ts";
import { ErrorValue, isValueMap, type Value } from "../contract/value.ts";
import { formsOf } from "./secret-forms.ts";

/** Keeps known secrets out of what anybody sees: each becomes `[redacted NAME]`, in whatever form it stands there. */
export class Redactor {
  readonly #names = new Map<string, string>();
  /** Every form of every secret, as text and as text of one letter a byte: bytes are searched as such. */
  readonly #pattern: RegExp;
  readonly #forms: readonly string[];

  private constructor(secrets: ReadonlyMap<string, string>) {
    for (const [name, value] of secrets) {
      for (const form of formsOf(value)) {
        this.#names.set(form, name);
        this.#names.set(asBytes(form), name);
      }
    }
    this.#forms = [...this.#names.keys()].sort((a, b) => b.length - a.length);
    // Longer ones first: a regular expression takes the first alternative that fits.
    this.#pattern = new RegExp(this.#forms.map((form) => RegExp.escape(form)).join("|"), "g");
  }

  /** For secrets by name; undefined where there are none, so that nobody looks for them. */
  static of(secrets: ReadonlyMap<string, string>): Redactor | undefined {
    return secrets.size === 0 ? undefined : new Redactor(secrets);
  }

  /** A text without secrets; the same one where there are none in it. */
  text(text: string): string {
    return text.replace(this.#pattern, (form) => this.#marker(form));
  }

  /** Bytes without secrets; the same ones where there are none in them. */
  bytes(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    if (text.search(this.#pattern) < 0) return bytes;
    return Uint8Array.from(
      Buffer.from(
        text.replace(this.#pattern, (form) => this.#marker(form)),
        "latin1",
      ),
    );
  }

  /** A value without secrets, in keys and in errors too; the same one where there are none in it. */
  value(value: Value): Value {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Uint8Array) return this.bytes(value);
    if (Array.isArray(value)) return this.#list(value);
    if (isValueMap(value)) return this.#map(value);
    if (!(value instanceof ErrorValue)) return value;
    return new ErrorValue(this.text(value.code), this.text(value.message), this.value(value.details));
  }

  #list(list: readonly Value[]): readonly Value[] {
    const items = list.map((item) => this.value(item));
    return items.every((item, index) => Object.is(item, list[index])) ? list : items;
  }

  #map(map: Readonly<Record<string, Value>>): Value {
    const result: Record<string, Value> = Object.create(null);
    let isSame = true;
    for (const key of Object.keys(map)) {
      const [name, item] = [this.text(key), this.value(map[key] ?? null)];
      isSame &&= name === key && Object.is(item, map[key]);
      result[name] = item;
    }
    return isSame ? map : result;
  }

  /** An error without secrets, in anything of it that can be shown. */
  error(error: unknown): unknown {
    if (error instanceof ErrorValue) return this.value(error);
    if (!(error instanceof SpellError)) return error;
    const { code, message, details, position, frames, fix } = error;
    return new SpellError(code, this.#message(message), {
      details: this.value(details),
      stack: frames,
      ...(position === undefined ? {} : { position }),
      ...(fix === undefined ? {} : { fix: this.text(fix) }),
    });
  }

  /** How a run failed, without secrets. */
  failure(failure: Failure): Failure {
    const { code, message, details, fix } = failure;
    return {
      ...failure,
      code: this.text(code),
      message: this.#message(message),
      details: this.value(details),
      ...(fix === undefined ? {} : { fix: this.text(fix) }),
    };
  }

  /** Where a message was cut, half a secret may stand at its end. */
  #message(message: string): string {
    const clean = this.text(message);
    if (!message.endsWith("…")) return cutMessage(clean);
    const whole = clean.slice(0, -1);
    return cutMessage(`${whole.slice(0, whole.length - this.openEnd(whole))}…`);
  }

  /** A text that goes on later: what can hold no half of a secret, without secrets, and the rest. */
  split(text: string): readonly [clean: string, rest: string] {
    const end = text.length - this.openEnd(text.slice(this.#lastEnd(text)));
    return [this.text(text.slice(0, end)), text.slice(end)];
  }

  /** How many letters at the end of a text may be the beginning of a secret. */
  openEnd(text: string): number {
    let longest = 0;
    const last = text.charCodeAt(text.length - 1);
    for (const form of this.#forms) {
      for (let length = Math.min(form.length - 1, text.length); length > longest; length--) {
        if (form.charCodeAt(length - 1) === last && text.endsWith(form.slice(0, length))) longest = length;
      }
    }
    return longest;
  }

  /** The place after the last secret in a text; 0 where there is none. */
  #lastEnd(text: string): number {
    let end = 0;
    for (const match of text.matchAll(this.#pattern)) end = match.index + match[0].length;
    return end;
  }

  #marker(form: string): string {
    return redactionMarker(this.#names.get(form) ?? "");
  }
}

/** The letters that stand for the bytes of a text. */
function asBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}
