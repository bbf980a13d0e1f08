/** What the SAM translator says of a template it cannot transform: all mistakes at once. */
import { TemplateError } from "../../languages/template/value.ts";
import { NotSupportedError } from "../not-supported.ts";

/** One mistake of a document; collected, so that the developer sees all of them. */
export class SamError extends Error {
  override readonly name = "SamError";
}

export function resourceError(logicalId: string, message: string): SamError {
  return new SamError(`Resource with id [${logicalId}] is invalid. ${message}`);
}

export function eventError(logicalId: string, event: string, message: string): SamError {
  return resourceError(logicalId, `Event with id [${event}] is invalid. ${message}`);
}

export function documentError(errors: readonly SamError[]): TemplateError {
  const messages = errors.map(({ message }) => message).join(" ");
  return new TemplateError(
    `Invalid Serverless Application Specification document. Number of errors found: ${errors.length}. ${messages}`,
  );
}

/** A feature of SAM that Millrace leaves out, by its name. */
export function samNotSupported(what: string, logicalId: string): NotSupportedError {
  return new NotSupportedError([`${what} (resource ${logicalId})`]);
}
