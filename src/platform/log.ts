/** The log port: what the engine says of itself. Function output never goes here. */
export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** One line a message on standard error; fields as JSON behind it. */
export function createConsoleLog(options: { readonly level: LogLevel }): Log {
  return {
    write(level, message, fields) {
      if (SEVERITY[level] >= SEVERITY[options.level]) {
        const tail = fields === undefined ? "" : ` ${JSON.stringify(fields)}`;
        process.stderr.write(`${level} ${message}${tail}\n`);
      }
    },
  };
}

export interface LogRecord {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** Keeps what is written, for tests. */
export function createMemoryLog(): Log & { readonly records: readonly LogRecord[] } {
  const records: LogRecord[] = [];
  return {
    records,
    write(level, message, fields) {
      records.push({ level, message, fields });
    },
  };
}
