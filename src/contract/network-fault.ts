/** Faults of connections in words of ours: the runtime's codes, and what they mean. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ConnectionRefused: "connection refused",
  ECONNRESET: "the connection broke",
  ConnectionClosed: "the connection broke",
  ENOTFOUND: "its name is not known",
  ETIMEDOUT: "it does not accept the connection",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody that is known",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody that is known",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody that is known",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ResponseHeadersTooLarge: "its headers are too large",
  Malformed_HTTP_Response: "it does not answer as HTTP has it",
  InvalidHTTPResponse: "it does not answer as HTTP has it",
};

/** The runtime's code of a connection's fault; empty where it has none. */
export function networkFaultCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** What is wrong with a connection, without what the runtime says to programmers: its code, the address, its options. */
export function networkFault(error: unknown): string {
  const known = REASONS[networkFaultCode(error)];
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : String(error);
  return (message.split(/ fetching "|\.? For more information, /)[0] ?? message).trim();
}
