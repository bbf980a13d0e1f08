/**
 * Stands for the X-Ray daemon of Lambda: takes the segments that tracing libraries send by UDP, and
 * keeps the newest.
 *
 * A datagram is a header, `{"format":"json","version":1}`, a newline, and a segment document.
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html
 */
import { createSocket } from "node:dgram";
import type { TraceSegment } from "../function-host.ts";

export interface XrayDaemon {
  /** `127.0.0.1:40213`: opened when it is asked for first. */
  address(): Promise<string>;
  /** Oldest first. */
  readonly segments: readonly TraceSegment[];
  close(): void;
}

const SEGMENTS_MAX = 2_000;

export function createXrayDaemon(nowMs: () => number): XrayDaemon {
  const segments: TraceSegment[] = [];
  let socket: ReturnType<typeof createSocket> | undefined;
  let opening: Promise<string> | undefined;
  const open = (): Promise<string> =>
    new Promise((resolve, reject) => {
      socket = createSocket("udp4", (datagram) => {
        const document = documentOf(datagram.toString("utf8"));
        if (document !== undefined) {
          segments.push({ receivedMs: nowMs(), document });
          segments.splice(0, segments.length - SEGMENTS_MAX);
        }
      });
      socket.once("error", reject);
      socket.bind(0, "127.0.0.1", () => resolve(`127.0.0.1:${socket?.address().port}`));
      // It alone keeps nobody alive.
      socket.unref();
    });
  return {
    address() {
      opening ??= open();
      return opening;
    },
    segments,
    close() {
      socket?.close();
      socket = undefined;
    },
  };
}

function documentOf(datagram: string): Readonly<Record<string, unknown>> | undefined {
  const newline = datagram.indexOf("\n");
  try {
    const header = JSON.parse(datagram.slice(0, newline));
    const document: unknown = JSON.parse(datagram.slice(newline + 1));
    const isSegment = header?.format === "json" && typeof document === "object" && document;
    return isSegment ? (document as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
