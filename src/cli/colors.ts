/** Colours for one stream: none when it is not a terminal, or when `NO_COLOR` is set. */
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

/** Source: https://no-color.org */
export function colorsFor(stream: { readonly isTTY?: boolean }): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  const isWanted = isForced || (stream.isTTY === true && TERM !== "dumb");
  return pc.createColors(isWanted && !NO_COLOR);
}
