/** Prints what functions wrote: each line behind the name of its function, in that one's colour. */
import type { KnownFunction } from "./function-name.ts";
import type { Terminal } from "./terminal.ts";

type NamedFunction = Pick<KnownFunction, "name" | "logicalId">;

export interface PrintedLine {
  readonly functionName: string;
  readonly logStream: string;
  readonly timestampMs: number;
  readonly message: string;
}

export interface LinePrinter {
  print(line: PrintedLine): void;
  /** From now on these functions are called by their logical ids. */
  know(functions: readonly NamedFunction[]): void;
}

const NAME_WIDTH_MAX = 32;
const PALETTE = ["cyan", "magenta", "green", "yellow", "blue", "red"] as const;
/** What the platform writes around the lines of the function's own. */
const PLATFORM_LINE = /^(START RequestId|END RequestId|REPORT RequestId|INIT_START|INIT_REPORT) ?/;

export function createLinePrinter(
  terminal: Terminal,
  functions: readonly NamedFunction[],
): LinePrinter {
  const { colors } = terminal;
  const colorOf = new Map<string, (typeof PALETTE)[number]>();
  let labels = labelsOf(functions);
  let width = widthOf(labels);
  const prefixOf = (name: string): string => {
    const color = colorOf.get(name) ?? PALETTE[colorOf.size % PALETTE.length] ?? "cyan";
    colorOf.set(name, color);
    return colors[color]((labels.get(name) ?? name).padEnd(width));
  };
  return {
    know(given) {
      labels = labelsOf(given);
      width = widthOf(labels);
    },
    print({ functionName, logStream, timestampMs, message }) {
      const timestamp = new Date(timestampMs).toISOString();
      const text = message.replace(/\r?\n$/, "");
      const isPlatform = PLATFORM_LINE.test(text);
      const prefix = `${colors.dim(timestamp.slice(11, 23))} ${prefixOf(functionName)} `;
      terminal.data(
        { event: "log", function: functionName, logStream, timestamp, message: text },
        text
          .split(/\r?\n/)
          .map((line) => prefix + (isPlatform ? colors.dim(line) : line))
          .join("\n"),
      );
    },
  };
}

function labelsOf(functions: readonly NamedFunction[]): ReadonlyMap<string, string> {
  return new Map(functions.map(({ name, logicalId }) => [name, logicalId ?? name]));
}

function widthOf(labels: ReadonlyMap<string, string>): number {
  return Math.min(NAME_WIDTH_MAX, Math.max(0, ...[...labels.values()].map(({ length }) => length)));
}
