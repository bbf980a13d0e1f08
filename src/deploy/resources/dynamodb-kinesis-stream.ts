/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-dynamodb-table-kinesisstreamspecification.html */
import { object, type Shape, text } from "./property-shape.ts";
import { call, type ResourceContext } from "./resource-type.ts";

export interface KinesisStreamSpecification {
  readonly ApproximateCreationDateTimePrecision?: string | undefined;
  readonly StreamArn: string;
}

export const kinesisStreamSpecification: Shape<KinesisStreamSpecification> = object(
  { ApproximateCreationDateTimePrecision: text, StreamArn: text },
  ["StreamArn"],
);

/** Compares with what is there, so that work that was cut off can be done again. */
export async function setKinesisStream(
  ctx: ResourceContext,
  after: KinesisStreamSpecification | undefined,
  before: KinesisStreamSpecification | undefined,
): Promise<void> {
  if (after === undefined && before === undefined) {
    return;
  }
  const TableName = ctx.name;
  const { KinesisDataStreamDestinations: known = [] } = await call(
    ctx,
    "dynamodb",
    "DescribeKinesisStreamingDestination",
    { TableName },
  );
  const active = known.filter(({ DestinationStatus }) => DestinationStatus === "ACTIVE");
  for (const { StreamArn = "" } of active) {
    if (StreamArn === before?.StreamArn && StreamArn !== after?.StreamArn) {
      await call(ctx, "dynamodb", "DisableKinesisStreamingDestination", { TableName, StreamArn });
    }
  }
  if (after !== undefined) {
    const present = active.find(({ StreamArn }) => StreamArn === after.StreamArn);
    await bringAbout(ctx, after, present?.ApproximateCreationDateTimePrecision);
  }
}

/** `precision` is that of the destination, if there is one. */
async function bringAbout(
  ctx: ResourceContext,
  { StreamArn, ApproximateCreationDateTimePrecision: wanted }: KinesisStreamSpecification,
  precision: string | undefined,
): Promise<void> {
  const table = { TableName: ctx.name, StreamArn };
  const configuration = { ApproximateCreationDateTimePrecision: wanted ?? "MILLISECOND" };
  if (precision === undefined) {
    await call(ctx, "dynamodb", "EnableKinesisStreamingDestination", {
      ...table,
      ...(wanted !== undefined && { EnableKinesisStreamingConfiguration: configuration }),
    });
  } else if (precision !== configuration.ApproximateCreationDateTimePrecision) {
    await call(ctx, "dynamodb", "UpdateKinesisStreamingDestination", {
      ...table,
      UpdateKinesisStreamingConfiguration: configuration,
    });
  }
}
