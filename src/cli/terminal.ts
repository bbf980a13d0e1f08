/** What the command line prints: data on standard output, everything else on standard error. */
import { afterDelay, every } from "../platform/ticker.ts";
import { type Colors, colorsFor } from "./colors.ts";

export interface Terminal {
  readonly isJson: boolean;
  /** For what goes to standard output. */
  readonly colors: Colors;
  /** For what goes to standard error. */
  readonly errorColors: Colors;
  /** Data: a line of JSON with `--json`, else the text. */
  data(value: unknown, text: string): void;
  /** A line for the person who watches; none with `--json`. */
  say(text: string): void;
  /** A line that is said with `--json` too. */
  warn(text: string): void;
  /** Shows that something is under way once it takes longer than half a second. */
  progress<T>(label: string | (() => string), work: Promise<T>): Promise<T>;
}

const PROGRESS_AFTER_MS = 500;
const FRAME_MS = 120;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const ERASE_LINE = "\r\x1b[K";

export function createTerminal(options: { readonly json: boolean }): Terminal {
  const errorColors = colorsFor(process.stderr);
  let isSpinning = false;
  /** Takes the moving line away before anything else is written; it comes back by itself. */
  const clear = (): void => {
    if (isSpinning) {
      process.stderr.write(ERASE_LINE);
    }
  };
  const spin = (label: () => string): (() => void) => {
    let frame = 0;
    const stop = every(FRAME_MS, () => {
      frame += 1;
      if (frame * FRAME_MS > PROGRESS_AFTER_MS) {
        isSpinning = true;
        const sign = errorColors.cyan(FRAMES[frame % FRAMES.length] ?? "");
        process.stderr.write(`${ERASE_LINE}${sign} ${label()} `);
      }
    });
    return () => {
      stop();
      clear();
      isSpinning = false;
    };
  };
  const warn = (text: string): void => {
    clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    isJson: options.json,
    colors: colorsFor(process.stdout),
    errorColors,
    data(value, text) {
      clear();
      process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${text}\n`);
    },
    say(text) {
      if (!options.json) {
        warn(text);
      }
    },
    warn,
    async progress(label, work) {
      if (options.json) {
        return work;
      }
      const text = typeof label === "string" ? () => label : label;
      const stop = process.stderr.isTTY
        ? spin(text)
        : afterDelay(PROGRESS_AFTER_MS, () => warn(`${text()} ...`));
      try {
        return await work;
      } finally {
        stop();
      }
    },
  };
}

/** Rows with aligned columns; the first row is the head. */
export function formatTable(colors: Colors, rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  "),
  );
  const [head, ...body] = lines;
  return [colors.bold(head ?? ""), ...body].join("\n");
}
