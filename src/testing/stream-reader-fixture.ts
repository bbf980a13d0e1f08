/** A function that reads the stream of a table and notes what it gets: for tests of the pollers. */
import type { Input } from "../wire/operations.ts";
import { createStreamFixture, type StreamFixture } from "./stream-fixture.ts";

export type MappingSettings = Partial<Input<"lambda", "CreateEventSourceMapping">>;

export interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: string;
    readonly dynamodb: {
      readonly SequenceNumber: string;
      readonly Keys: { readonly id: { readonly S: string } };
    };
  }[];
  readonly window?: object;
  readonly state?: { readonly count?: number };
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}

export interface StreamReaderFixture {
  readonly cloud: StreamFixture;
  /** The stream of the table `things`. */
  readonly arn: string;
  /** What the function got: whole events, and the ids of the items in each. */
  readonly events: readonly StreamEvent[];
  readonly batches: string[][];
  respond(answer: (event: StreamEvent) => unknown): void;
  /** Writes an item for each id, none like one before. */
  put(...ids: string[]): Promise<void>;
  /** Answers the mapping's UUID. */
  connect(more?: MappingSettings): Promise<string>;
  advance(ms: number): Promise<void>;
  update(UUID: string, more: object): Promise<unknown>;
}

/** The function's name. */
export const READER = "reader";

export function idsOf(event: StreamEvent): string[] {
  return event.Records.map(({ dynamodb }) => dynamodb.Keys.id.S);
}

export async function createStreamReaderFixture(): Promise<StreamReaderFixture> {
  const cloud = await createStreamFixture();
  const arn = await cloud.table("things");
  const events: StreamEvent[] = [];
  const batches: string[][] = [];
  let writes = 0;
  const respond = (answer: (event: StreamEvent) => unknown): void =>
    cloud.host.script(READER, (event) => {
      events.push(event as StreamEvent);
      batches.push(idsOf(event as StreamEvent));
      return answer(event as StreamEvent);
    });
  respond(() => null);
  return {
    cloud,
    arn,
    events,
    batches,
    respond,
    async put(...ids) {
      for (const id of ids) {
        writes += 1;
        const at = { N: String(Math.floor(cloud.clock.nowMs() / 1000)) };
        const Item = { id: { S: id }, at, write: { N: String(writes) } };
        await cloud.call("dynamodb", "PutItem", { TableName: "things", Item });
      }
    },
    connect: (more = {}) => cloud.connect(READER, arn, more),
    advance: (ms) => cloud.clock.advance(ms),
    update: (UUID, more) => cloud.call("lambda", "UpdateEventSourceMapping", { UUID, ...more }),
  };
}
