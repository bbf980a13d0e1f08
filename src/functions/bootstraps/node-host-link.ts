/**
 * The process's end of the frames, over descriptors 3 and 4.
 *
 * Writes are synchronous, so nothing is lost when user code exits or crashes right after. What is
 * called of Node.js is taken before user code runs: tracing libraries patch it, and must not trace
 * the runtime.
 */
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { createFrameDecoder, encodeFrame, type FrameReceiver } from "./frames.ts";

/** A constant of its own: an imported name is looked up in the module again with every call. */
const write = writeSync;

const FROM_HOST_FD = 3;
const TO_HOST_FD = 4;

/** How long to wait, in milliseconds, when the host does not keep up with what is written. */
const FULL_PAUSE_MS = 1;
const pause = new Int32Array(new SharedArrayBuffer(4));

export interface HostLink {
  send(type: number, ...parts: readonly Uint8Array[]): void;
  /** While held, the process waits for the host even if user code has nothing left to do. */
  hold(): void;
  release(): void;
}

/** Ends the process when the host is gone. */
export function openHostLink(receive: FrameReceiver): HostLink {
  const socket = new Socket({ fd: FROM_HOST_FD, readable: true, writable: false });
  const exit = process.exit.bind(process);
  socket.on("data", createFrameDecoder(receive));
  socket.on("end", () => exit(0));
  socket.on("error", () => exit(1));
  return {
    send: (type, ...parts) => writeWhole(encodeFrame(type, ...parts)),
    hold: () => socket.ref(),
    release: () => socket.unref(),
  };
}

function writeWhole(bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += write(TO_HOST_FD, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        throw error;
      }
      Atomics.wait(pause, 0, 0, FULL_PAUSE_MS);
    }
  }
}
