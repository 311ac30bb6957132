/** One thing that doctor looked at. */
export interface Finding {
  readonly group: "engines" | "isolation" | "journal" | "keys" | "servers";
  readonly name: string;
  /** `broken` is a fault; `absent` is worth knowing and no fault. */
  readonly status: "ok" | "absent" | "broken";
  readonly detail: string;
}
