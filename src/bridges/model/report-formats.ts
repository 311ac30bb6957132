/** The forms of a report. */
export const REPORT_FORMATS = ["md", "json", "csv", "html", "openapi", "svg"] as const;

/** A form's name. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];
