/** What stands in a secret's place, wherever one would be seen. */
export function redactionMarker(name: string): string {
  return `[redacted ${name}]`;
}

/** Whether a text holds such a marker, of whatever secret. */
export function holdsRedaction(text: string): boolean {
  return /\[redacted [A-Za-z_][A-Za-z0-9_]*\]/.test(text);
}
