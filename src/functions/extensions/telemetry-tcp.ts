/**
 * Telemetry by TCP: one connection for each subscriber, with an event a line.
 *
 * Nothing tells whether the other side has read what was sent: what was handed to the system counts as
 * taken, as on AWS, which advises to subscribe by HTTP for that reason.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html#telemetry-api-destination
 */
import { createConnection, type Socket } from "node:net";
import type { Deadlines } from "../environments/deadlines.ts";

export interface TcpLines {
  /** Connects when there is no connection; `false` when the lines could not be sent in time. */
  send(lines: readonly string[]): Promise<boolean>;
  close(): void;
}

export interface TcpLinesOptions {
  readonly port: number;
  /** Tried in this order. */
  readonly addresses: readonly string[];
  /** In real time. */
  readonly deadlines: Deadlines;
  /** For one attempt to connect, and for one batch. */
  readonly timeoutMs: number;
}

export function openTcpLines(options: TcpLinesOptions): TcpLines {
  const { addresses, port } = options;
  let connection: Socket | undefined;
  const connect = async (): Promise<Socket | undefined> => {
    for (const host of addresses) {
      const socket = createConnection({ host, port });
      if (await within(options, socket, (done) => socket.once("connect", done))) {
        socket.unref();
        // What is not listened to is not read, and would fill the buffers.
        socket.resume();
        socket.once("close", () => {
          connection = connection === socket ? undefined : connection;
        });
        return socket;
      }
    }
    return undefined;
  };
  return {
    async send(lines) {
      connection ??= await connect();
      const socket = connection;
      const text = lines.map((line) => `${line}\n`).join("");
      return (
        socket !== undefined &&
        (await within(options, socket, (done) => socket.write(text, (error) => error ?? done())))
      );
    },
    close() {
      connection?.end();
    },
  };
}

/** Whether `begin` was done before the time was over; a socket that failed is of no more use. */
function within(
  { deadlines, timeoutMs }: TcpLinesOptions,
  socket: Socket,
  begin: (done: () => void) => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isDone: boolean): void => {
      deadlines.drop(deadline);
      socket.off("error", fail);
      if (!isDone) {
        // Late errors of a socket that is given up are nobody's.
        socket.on("error", () => undefined);
        socket.destroy();
      }
      resolve(isDone);
    };
    const fail = (): void => settle(false);
    const deadline = deadlines.set(timeoutMs, fail);
    socket.on("error", fail);
    begin(() => settle(true));
  });
}
