/** Thrown inside this folder alone: `parseLogFilter` turns it into data. */
export class LogFilterError extends Error {
  override readonly name = "LogFilterError";
}

export function invalidPattern(): LogFilterError {
  return new LogFilterError("Invalid filter pattern");
}
