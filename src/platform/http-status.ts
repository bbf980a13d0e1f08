/** What HTTP says of a status code: `Not Found`; empty for codes that nobody has registered. */
import { STATUS_CODES } from "node:http";

export function statusText(status: number): string {
  return STATUS_CODES[status] ?? "";
}
