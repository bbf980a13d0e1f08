/** The host's end of the frames: see `bootstraps/frames.ts`. */
import {
  createFrameDecoder,
  encodeFrame,
  FRAME,
  type InvokeMessage,
  type StartMessage,
} from "../bootstraps/frames.ts";
import type { FunctionProcess } from "./function-process.ts";
import type { RuntimeAnswer, RuntimeLink, RuntimeListener, RuntimePhases } from "./runtime-link.ts";

/** Turns a generic process into a function. */
export function openFrameLink(
  functionProcess: FunctionProcess,
  message: StartMessage,
  listener: RuntimeListener,
): RuntimeLink {
  const { toProcess, fromProcess } = functionProcess;
  const decode = createFrameDecoder((type, body) => receive(listener, type, body));
  fromProcess.on("data", (chunk: Buffer) => {
    try {
      decode(chunk);
    } catch (error) {
      fromProcess.destroy();
      listener.broken(error instanceof Error ? error.message : String(error));
    }
  });
  toProcess.write(encodeFrame(FRAME.start, Buffer.from(JSON.stringify(message))));
  return {
    invoke(invocation, payload) {
      toProcess.write(encodeInvocation(invocation, payload));
    },
    restore() {
      toProcess.write(encodeFrame(FRAME.restore));
    },
    close() {
      toProcess.destroy();
      fromProcess.destroy();
    },
  };
}

function encodeInvocation(message: InvokeMessage, payload: Uint8Array): Buffer {
  const header = Buffer.from(JSON.stringify(message));
  const size = Buffer.allocUnsafe(4);
  size.writeUInt32BE(header.length);
  return encodeFrame(FRAME.invoke, size, header, payload);
}

function receive(listener: RuntimeListener, type: number, body: Buffer): void {
  const receiver = RECEIVERS[type];
  if (receiver) {
    receiver(listener, body);
  } else {
    listener.broken(`frame type ${type} is not known`);
  }
}

const RECEIVERS: Readonly<Record<number, (listener: RuntimeListener, body: Buffer) => void>> = {
  [FRAME.result]: (listener, body) => answer(listener, "result", body),
  [FRAME.error]: (listener, body) => answer(listener, "error", body),
  [FRAME.fatal]: (listener, body) => listener.answer({ ...answerOf("error", body), isLast: true }),
  [FRAME.streamEnd]: (listener, body) => answer(listener, "streamed", body),
  [FRAME.log]: (listener, body) => listener.log(body.toString("utf8")),
  [FRAME.output]: (listener, body) => listener.output("channel", body),
  [FRAME.stream]: (listener, body) => listener.stream(body.toString("utf8")),
  [FRAME.chunk]: (listener, body) => listener.chunk(body),
  [FRAME.ready]: (listener, body) => listener.ready(phasesOf(body)),
  [FRAME.snapshot]: (listener, body) => listener.ready(phasesOf(body), "restore"),
  [FRAME.initError]: (listener, body) => listener.initError(body),
};

function phasesOf(body: Buffer): RuntimePhases | undefined {
  return body.length === 0 ? undefined : JSON.parse(body.toString("utf8"));
}

/** A bootstrap waits for the next invocation as soon as it has answered. */
function answer(listener: RuntimeListener, kind: RuntimeAnswer["kind"], body: Buffer): void {
  listener.answer({ ...answerOf(kind, body), isReady: true });
  listener.ready();
}

function answerOf(kind: RuntimeAnswer["kind"], body: Buffer): RuntimeAnswer {
  return { kind, peakMemoryKib: body.readUInt32BE(0), payload: body.subarray(4) };
}
