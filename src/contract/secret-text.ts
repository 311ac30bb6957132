/**
 * A header's value that holds a secret: what it says is known, but for the secret itself. Only the host turns it
 * into text, when it leaves for a host that the secret is bound to.
 */
export class SecretText {
  /** `before` stands in front of the secret; with a `user` it is followed by base64 of `user:secret`. */
  constructor(
    readonly secret: string,
    readonly before = "",
    readonly user?: string,
  ) {}
  toJSON(): string {
    return `[secret ${this.secret}]`;
  }
}
